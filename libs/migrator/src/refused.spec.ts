import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MigrationRefused, REFUSAL_EXIT_CODES } from './refused.js';

describe('refusals', () => {
  it('are all documented, with the exit codes that they have', () => {
    const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
    const documented = [...readme.matchAll(/^\| ([A-Z_]+) +\| (\d+) +\|/gm)];
    expect(Object.fromEntries(documented.map(([, code, exit]) => [code, Number(exit)]))).toEqual(
      REFUSAL_EXIT_CODES,
    );
  });

  it('carry their exit code', () => {
    expect(new MigrationRefused('LOCK_BUSY', 'x').exitCode).toBe(8);
  });
});
