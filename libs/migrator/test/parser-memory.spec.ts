import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const PARSER = join(import.meta.dirname, '..', 'dist', 'sources', 'sql-parser.js');
// The kernel's mark of this very program: what getrusage tells begins with what its parent, a worker of these
// tests, had at the fork. Node 24 optimised in the background once a function was called often enough, and took 600 MB.
const PROGRAM = `
  const { sqlParser } = await import(process.argv[1]);
  const { parse } = await sqlParser();
  for (let table = 0; table < 100; table += 1) {
    await parse('CREATE TABLE t' + table + ' (id bigint PRIMARY KEY, a text NOT NULL CHECK (a <> $$x$$))');
  }
  const { existsSync, readFileSync } = await import('node:fs');
  const highest = () => existsSync('/proc/self/status')
    ? Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
    : process.resourceUsage().maxRSS / 1024;
  setTimeout(() => console.log(highest()), 300);
`;

describe('the parser of SQL', () => {
  it('fits beside everything else into a container of 256 MB', () => {
    const args = ['--input-type=module', '--eval', PROGRAM, PARSER];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(Number(stdout)).toBeGreaterThan(10);
    expect(Number(stdout)).toBeLessThan(200);
  });
});
