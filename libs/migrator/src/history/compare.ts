import { compareNumbers, label, type Migration } from '../sources/migration.js';
import { MigrationRefused } from '../refused.js';

/** The last word of a database's history about one number. */
export interface LastWord {
  number: string;
  name: string;
  sha256: string;
  direction: 'up' | 'down';
  status: 'started' | 'applied';
}

export interface Comparison {
  /** Applied and known, oldest first. */
  applied: Migration[];
  /** Still to run, in order. */
  pending: Migration[];
  /** One of the pending, which a run outside a transaction began and did not end; null when there is none. */
  unfinished: { migration: Migration; direction: 'up' | 'down' } | null;
}

/**
 * Compares what a database says with what this build has. Everything but "some are pending" is a
 * refusal of its own, because each has a different way out.
 *
 * @throws {MigrationRefused} MIGRATION_EDITED, MIGRATION_RENAMED, MIGRATION_MISSING, DATABASE_AHEAD,
 *   MIGRATION_OUT_OF_ORDER
 */
export function compare(migrations: readonly Migration[], words: readonly LastWord[]): Comparison {
  const byNumber = new Map(migrations.map((migration) => [migration.number, migration]));
  const started = words.filter((word) => word.status === 'started');
  const standing = words.filter((word) => word.direction === 'up' && word.status === 'applied');
  for (const word of [...standing, ...started]) {
    demandSame(word, byNumber.get(word.number), migrations);
  }
  const appliedNumbers = new Set(standing.map((word) => word.number));
  const applied = migrations.filter(({ number }) => appliedNumbers.has(number));
  const pending = migrations.filter(({ number }) => !appliedNumbers.has(number));
  const [first, newest] = [pending[0], applied.at(-1)];
  if (
    first !== undefined &&
    newest !== undefined &&
    compareNumbers(first.number, newest.number) < 0
  ) {
    throw new MigrationRefused(
      'MIGRATION_OUT_OF_ORDER',
      `${label(first)} is older than ${label(newest)}, which is applied: give it a newer number`,
    );
  }
  return { applied, pending, unfinished: unfinishedOf(started.at(-1), byNumber) };
}

function unfinishedOf(
  word: LastWord | undefined,
  byNumber: ReadonlyMap<string, Migration>,
): Comparison['unfinished'] {
  const migration = byNumber.get(word?.number ?? '');
  if (word === undefined || migration === undefined) return null;
  return { migration, direction: word.direction };
}

function demandSame(word: LastWord, known: Migration | undefined, all: readonly Migration[]): void {
  if (known === undefined) refuseUnknown(word, all);
  if (known.sha256 !== word.sha256) {
    throw new MigrationRefused(
      'MIGRATION_EDITED',
      `${label(word)} was ${word.status} with checksum ${word.sha256.slice(0, 12)}, the source now has ` +
        `${known.sha256.slice(0, 12)}: restore the file and write a new migration`,
    );
  }
  if (known.name !== word.name) {
    throw new MigrationRefused(
      'MIGRATION_RENAMED',
      `${label(word)} is now called ${known.name}: give it its old name back`,
    );
  }
}

function refuseUnknown(word: LastWord, all: readonly Migration[]): never {
  const moved = all.find((migration) => migration.sha256 === word.sha256);
  if (moved !== undefined) {
    throw new MigrationRefused(
      'MIGRATION_RENAMED',
      `${label(word)} is applied, the same source is now ${label(moved)}: give it its old number back`,
    );
  }
  const newest = all.at(-1);
  if (newest === undefined || compareNumbers(word.number, newest.number) > 0) {
    throw new MigrationRefused(
      'DATABASE_AHEAD',
      `the database has ${label(word)}, this build ends at ${newest?.number ?? 'nothing'}: use the newer build`,
    );
  }
  throw new MigrationRefused(
    'MIGRATION_MISSING',
    `${label(word)} is applied but not in this build: restore the file`,
  );
}
