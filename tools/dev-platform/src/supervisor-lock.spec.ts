import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeSupervisorLock } from './supervisor-lock.js';

// The folder's name makes the children's command lines look like the supervisor's.
const folder = mkdtempSync(join(tmpdir(), 'dev-platform-'));
const file = join(folder, 'start.pid');
const NO_PROCESS = 2 ** 22 + 1;

beforeEach(() => rmSync(file, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the place of the supervisor', () => {
  it('is free again when it was given back, and nothing is left beside it', () => {
    takeSupervisorLock(file)();
    takeSupervisorLock(file)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['of a process that is gone', String(NO_PROCESS)],
    ['of a program that is no supervisor', '1'],
    ['that is empty', ''],
  ])('is taken from a file %s', (_what, text) => {
    writeFileSync(file, text);
    const release = takeSupervisorLock(file);
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
    release();
  });

  it('goes to exactly one of many that start at once, over a dead one', async () => {
    const lock = join(import.meta.dirname, '..', 'dist', 'supervisor-lock.js');
    const program = `
      import { takeSupervisorLock } from ${JSON.stringify(lock)};
      process.stdin.once('data', () => {
        try { takeSupervisorLock(${JSON.stringify(file)}); console.log('took'); }
        catch (error) { console.log(error.constructor.name); }
      });
      console.log('up');`;
    for (let round = 1; round <= 5; round += 1) {
      writeFileSync(file, String(NO_PROCESS));
      const starts = Array.from({ length: 6 }, () =>
        spawn(process.execPath, ['--input-type=module', '-e', program]),
      );
      const next = () =>
        Promise.all(starts.map(async ({ stdout }) => String(await once(stdout, 'data')).trim()));
      try {
        await next();
        const answers = next();
        for (const { stdin } of starts) stdin.write('go\n');
        const winners = (await answers).filter((line) => line === 'took');
        expect({ round, winners }).toEqual({ round, winners: ['took'] });
      } finally {
        for (const child of starts) child.kill('SIGKILL');
      }
    }
  });
});
