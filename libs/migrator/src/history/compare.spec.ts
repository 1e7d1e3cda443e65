import { describe, expect, it } from '@jest/globals';
import { compare, type LastWord } from './compare.js';
import type { Migration } from '../sources/migration.js';
import { MigrationRefused } from '../refused.js';

function migration(number: number, name = `step-${number}`, sha256 = `sha-${number}`): Migration {
  const up = { kind: 'sql', file: name, sql: 'SELECT 1', transactional: true } as const;
  return { number: `${number}`, name, sha256, origin: 'sql', typeormName: null, up, down: null };
}

function word(number: number, rest: Partial<LastWord> = {}): LastWord {
  const name = `step-${number}`;
  const sha256 = `sha-${number}`;
  return { number: `${number}`, name, sha256, direction: 'up', status: 'applied', ...rest };
}

function refusal(migrations: Migration[], words: LastWord[]): string {
  try {
    compare(migrations, words);
  } catch (error) {
    if (error instanceof MigrationRefused) return `${error.code} ${error.exitCode}`;
    throw error;
  }
  return 'accepted';
}

describe('comparing a database with a build', () => {
  it('finds what is applied and what is pending, by number and not by text', () => {
    const all = [migration(2), migration(9), migration(10)];
    const { applied, pending } = compare(all, [word(2), word(9)]);
    expect(applied.map(({ number }) => number)).toEqual(['2', '9']);
    expect(pending.map(({ number }) => number)).toEqual(['10']);
  });

  it('takes what was undone as pending again', () => {
    const undone = word(2, { direction: 'down' });
    expect(compare([migration(1), migration(2)], [word(1), undone]).pending).toHaveLength(1);
  });

  it.each(['up', 'down'] as const)('takes a start without an end as pending: %s', (direction) => {
    const all = [migration(1), migration(2)];
    const words = [word(1), word(2, { status: 'started', direction })];
    const { applied, pending, unfinished } = compare(all, words);
    expect([applied, pending]).toEqual([[all[0]], [all[1]]]);
    expect(unfinished).toEqual({ migration: all[1], direction });
  });

  it.each<[string, Migration[], LastWord[], string]>([
    ['an edited migration', [migration(1, 'step-1', 'other')], [word(1)], 'MIGRATION_EDITED 10'],
    ['a renamed migration', [migration(1, 'other')], [word(1)], 'MIGRATION_RENAMED 10'],
    [
      'a renumbered migration',
      [migration(3, 'step-1', 'sha-1')],
      [word(1)],
      'MIGRATION_RENAMED 10',
    ],
    [
      'a missing migration',
      [migration(1), migration(3)],
      [word(1), word(2), word(3)],
      'MIGRATION_MISSING 10',
    ],
    ['a database ahead of the build', [migration(1)], [word(1), word(2)], 'DATABASE_AHEAD 10'],
    ['a build without migrations', [], [word(1)], 'DATABASE_AHEAD 10'],
    [
      'one that came too late',
      [migration(1), migration(2)],
      [word(2)],
      'MIGRATION_OUT_OF_ORDER 10',
    ],
    [
      'an edited migration that was started',
      [migration(1, 'step-1', 'other')],
      [word(1, { status: 'started' })],
      'MIGRATION_EDITED 10',
    ],
  ])('refuses %s', (_what, migrations, words, expected) => {
    expect(refusal(migrations, words)).toBe(expected);
  });
});
