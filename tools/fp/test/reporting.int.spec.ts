import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { TestFleet, threeTables } from '../../../libs/migrator/test/fleet-fixture.js';
import { fleetDown } from '../../../libs/migrator/src/index.js';
import { type Answer, BIN, fpIn } from './fp-process.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'fp-reporting-'));
const fp = fpIn(elsewhere);
let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
});
beforeEach(async () => {
  await fleetDown(fleet.load(), { steps: 3 });
});
afterAll(async () => {
  await fleet.drop();
  rmSync(elsewhere, { recursive: true });
});

const up = (...args: string[]): Promise<Answer> =>
  fp(['migrate', 'up', '--fleet', fleet.file, ...args], { vars: fleet.vars });
const linesOf = ({ stdout }: Answer): { type: string; database?: string; at?: string }[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });

describe('up --json-lines', () => {
  it('says every event on a line of its own, and the report on the last one', async () => {
    const answer = await up('--json-lines');
    const lines = linesOf(answer);
    const applied = ['migration-started', 'migration-applied'];
    const types = ['checking', ...applied, ...applied, ...applied, 'database-done', 'report'];
    expect([answer.code, lines.map(({ type }) => type)]).toEqual([0, types]);
    expect(lines.at(-1)).toMatchObject({ command: 'up', exitCode: 0, done: ['books'] });
    const times = lines.slice(0, -1).map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    expect(answer.stderr).toContain('books: ✓ 3 t3');
  });

  it('says on a line what went wrong before a run', async () => {
    const [line, ...more] = linesOf(await up('--json-lines', '--only', 'nobody'));
    expect([line, more]).toMatchObject([{ type: 'error', error: { exitCode: 2 } }, []]);
  });

  it('does not go with --json', async () => {
    expect((await up('--json-lines', '--json')).code).toBe(2);
  });
});

/** The real program on a real terminal, made by util-linux. */
function onTerminal(vars: Record<string, string>): string {
  const command = [process.execPath, BIN, 'migrate', 'up', '--fleet', fleet.file];
  const { stdout, status } = spawnSync('script', ['-qec', command.join(' '), '/dev/null'], {
    cwd: elsewhere,
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...fleet.vars, ...vars },
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return stdout;
}
const hasScript = spawnSync('script', ['--version']).status === 0;
if (!hasScript)
  process.stderr.write('NOT RUN: the live display, for want of script (util-linux)\n');

(hasScript || process.env['CI'] !== undefined ? describe : describe.skip)('on a terminal', () => {
  it('lines move while it works, and what stays is what a log would show', () => {
    fleet.write('books', '002_t2.sql', 'CREATE TABLE t2 (id int); SELECT pg_sleep(0.5);');
    const shown = onTerminal({});
    expect(shown).toContain('\u001b[1A');
    const text = stripVTControlCharacters(shown);
    expect(text).toMatch(/books {2}↑ 2 t2 {2}0\.\d s/);
    expect(text).toMatch(/books: ✓ 3 t3 \(\d+ ms\)/);
    expect(text).toMatch(/done: +books \(3\)/);
  });

  it.each([{ NO_COLOR: '1' }, { CI: 'true' }, { TERM: 'dumb' }])(
    'nothing moves with %j',
    (vars) => {
      const shown = onTerminal(vars);
      expect(shown).not.toContain('\u001b[1A');
      expect(shown).toContain('books: ✓ 3 t3');
    },
  );
});
