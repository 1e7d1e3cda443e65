import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppliedMigration, compareHistory, readMigrationsLock } from './migrations-lock.js';

const sha = (letter: string): string => letter.repeat(64);
const lock = [
  { number: '1', name: 'one', sha256: sha('a') },
  { number: '2', name: 'two', sha256: sha('b') },
  { number: '10', name: 'ten', sha256: sha('c') },
];
const row = (number: string, name: string, letter: string, extra = {}): AppliedMigration => ({
  number,
  name,
  sha256: sha(letter),
  direction: 'up',
  status: 'applied',
  ...extra,
});
const [one, two, ten] = [row('1', 'one', 'a'), row('2', 'two', 'b'), row('10', 'ten', 'c')];

describe('the history compared with the lock', () => {
  it.each<[string, AppliedMigration[], object]>([
    [
      'nothing applied',
      [],
      { state: 'never-applied', current: null, pending: ['1 one', '2 two', '10 ten'] },
    ],
    ['all applied', [one, two, ten], { state: 'current', current: '10 ten', pending: [] }],
    [
      'rows in the order of text',
      [one, ten, two],
      { state: 'current', current: '10 ten', pending: [] },
    ],
    ['one waits', [one, two], { state: 'pending', current: '2 two', pending: ['10 ten'] }],
    [
      'a newer build was first',
      [one, two, ten, row('11', 'x', 'd')],
      { state: 'ahead', current: '11 x', ahead: ['11 x'] },
    ],
    [
      'waits and is ahead',
      [one, two, row('11', 'x', 'd')],
      { state: 'pending', pending: ['10 ten'], ahead: ['11 x'] },
    ],
    [
      'an edited one',
      [row('1', 'one', 'f'), two, ten],
      { state: 'checksum-mismatch', mismatched: ['1 one'] },
    ],
    [
      'an edited one before one that waits',
      [row('1', 'one', 'f'), two],
      { state: 'checksum-mismatch', pending: ['10 ten'] },
    ],
    [
      'one went down again',
      [one, two, row('10', 'ten', 'c', { direction: 'down' })],
      { state: 'pending', pending: ['10 ten'] },
    ],
    [
      'one started only',
      [one, two, row('10', 'ten', 'c', { status: 'started' })],
      { state: 'pending', pending: ['10 ten'] },
    ],
  ])('%s', (_, applied, expected) => {
    expect(compareHistory(lock, applied)).toMatchObject(expected);
  });

  it('has nothing to say about a service without migrations', () => {
    expect(compareHistory([], []).state).toBe('current');
  });
});

describe('a migrations.lock', () => {
  const write = (text: string): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'lock-')), 'migrations.lock');
    writeFileSync(file, text);
    return file;
  };

  it('is a line for each migration, with comments and either line end', () => {
    const file = write(
      `# number name sha256\r\n001 one ${sha('a')}\r\n1760000000000 two ${sha('b')}\n\n`,
    );
    expect(readMigrationsLock(file)).toEqual([
      { number: '1', name: 'one', sha256: sha('a') },
      { number: '1760000000000', name: 'two', sha256: sha('b') },
    ]);
  });

  it.each(['1 one', `one 1 ${sha('a')}`, `1 one ${sha('a')} more`, `1 one ${sha('A')}`])(
    'with the line %j is refused',
    (line) => {
      expect(() => readMigrationsLock(write(`# header\n${line}\n`))).toThrow(/line 2/);
    },
  );
});
