import { describe } from '@jest/globals';
import { spawnSync } from 'node:child_process';

/** The major version of a program of PostgreSQL on this machine; null when it is absent. */
function majorOf(program: string): number | null {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return Number(/\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1] ?? NaN) || null;
}

export const PG_DUMP = majorOf('pg_dump');
export const PSQL = majorOf('psql');

/**
 * Tests that need a program of PostgreSQL's client. Where it is absent they say so and are not run; with
 * CI set they run, and fail.
 */
export function describeWith(
  program: 'pg_dump' | 'psql',
): (title: string, tests: () => void) => void {
  const found = program === 'psql' ? PSQL : PG_DUMP;
  if (found !== null || process.env['CI'] !== undefined) return describe;
  process.stderr.write(
    `NOT RUN: ${program} is absent (Debian: apt-get install postgresql-client)\n`,
  );
  return describe.skip;
}
