import { readFileSync } from 'node:fs';

/** One line of a `migrations.lock`. */
export interface MigrationLockEntry {
  /** Decimal digits, without leading zeros. */
  number: string;
  name: string;
  /** Of the LF-normalised source, lower-case hex. */
  sha256: string;
}

/** What `migrator.history` says last about one number; the rows of {@link APPLIED_SQL}. */
export interface AppliedMigration {
  number: string;
  name: string;
  sha256: string;
  direction: string;
  status: string;
}

export type MigrationStateName =
  | 'current'
  | 'ahead'
  | 'pending'
  | 'never-applied'
  | 'checksum-mismatch'
  // The database does not answer.
  | 'unknown';

export interface MigrationState {
  state: MigrationStateName;
  /** The newest applied migration, `<number> <name>`; null when none is. */
  current: string | null;
  pending: string[];
  /** Applied, but unknown to this build: fine, a newer build was deployed first. */
  ahead: string[];
  mismatched: string[];
}

/**
 * The last word about each number. What failed was undone whole, and its start with it: then the word
 * before counts. A start that nothing followed came to no end.
 */
export const APPLIED_SQL = `SELECT DISTINCT ON (number) number::text AS number, name, trim(sha256) AS sha256, direction, status
FROM migrator.history h WHERE status = 'applied' OR (status = 'started' AND NOT EXISTS (
  SELECT FROM migrator.history later
  WHERE later.number = h.number AND later.seq > h.seq AND later.status = 'failed'))
ORDER BY number, seq DESC`;

const LINE = /^([0-9]{1,20}) (\S+) ([0-9a-f]{64})$/;

/**
 * Reads a `migrations.lock`: a line `<number> <name> <sha256>` each, `#` starts a comment.
 *
 * @throws {Error} naming the first line that is neither.
 */
export function readMigrationsLock(file: URL | string): MigrationLockEntry[] {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  return lines.flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [, number, name, sha256] = LINE.exec(line) ?? [];
    if (number === undefined || name === undefined || sha256 === undefined) {
      throw new Error(`migrations.lock line ${index + 1} is not "<number> <name> <sha256>"`);
    }
    return [{ number: plainNumber(number), name, sha256 }];
  });
}

/** `001` and `1` are one migration. */
function plainNumber(digits: string): string {
  return BigInt(digits).toString();
}

/** Compares what this build knows with what the database remembers. Pure. */
export function compareHistory(
  lock: readonly MigrationLockEntry[],
  rows: readonly AppliedMigration[],
): MigrationState {
  const applied = rows
    .filter((row) => row.direction === 'up' && row.status === 'applied')
    .map((row) => ({ ...row, number: plainNumber(row.number) }))
    .sort(byNumber);
  const byItsNumber = new Map(applied.map((row) => [row.number, row]));
  const known = new Set(lock.map((entry) => entry.number));
  const pending = lock.filter((entry) => !byItsNumber.has(entry.number)).sort(byNumber);
  const ahead = applied.filter((row) => !known.has(row.number));
  const mismatched = lock.filter((entry) => {
    const row = byItsNumber.get(entry.number);
    return row !== undefined && row.sha256 !== entry.sha256;
  });
  const current = applied.at(-1);
  return {
    state: nameState({ applied, pending, ahead, mismatched }),
    current: current === undefined ? null : label(current),
    pending: pending.map(label),
    ahead: ahead.map(label),
    mismatched: mismatched.map(label),
  };
}

type Lists = Record<'applied' | 'pending' | 'ahead' | 'mismatched', readonly unknown[]>;

function nameState(lists: Lists): MigrationStateName {
  if (lists.mismatched.length > 0) return 'checksum-mismatch';
  if (lists.applied.length === 0 && lists.pending.length > 0) return 'never-applied';
  if (lists.pending.length > 0) return 'pending';
  return lists.ahead.length > 0 ? 'ahead' : 'current';
}

function label(migration: { number: string; name: string }): string {
  return `${migration.number} ${migration.name}`;
}

function byNumber(a: { number: string }, b: { number: string }): number {
  const difference = BigInt(a.number) - BigInt(b.number);
  return difference < 0n ? -1 : Number(difference > 0n);
}
