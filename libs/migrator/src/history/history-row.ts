import { createHash } from 'node:crypto';

/** One row of `migrator.history`, every value as the text that is hashed. */
export interface HistoryRow {
  seq: string;
  run_id: string;
  number: string;
  name: string;
  origin: 'typeorm' | 'sql' | 'baseline' | 'adopt';
  direction: 'up' | 'down';
  status: 'started' | 'applied' | 'failed';
  sha256: string;
  transaction_mode: 'transaction' | 'none';
  statements: string;
  sqlstate: string | null;
  failed_statement: string | null;
  failed_line: string | null;
  error: string | null;
  /** UTC with microseconds, as HISTORY_COLUMNS reads it back. */
  started_at: string;
  finished_at: string | null;
  duration_ms: string | null;
  lock_wait_ms: string | null;
  retries: string | null;
  database_user: string;
  os_user: string | null;
  host: string | null;
  git_sha: string | null;
  tool_version: string;
  backup_reference: string | null;
  schema_fingerprint: string | null;
}

/** The order in which a row is hashed. Appending a column means a new version of the hash: never reorder. */
export const ROW_FIELDS = [
  'seq',
  'run_id',
  'number',
  'name',
  'origin',
  'direction',
  'status',
  'sha256',
  'transaction_mode',
  'statements',
  'sqlstate',
  'failed_statement',
  'failed_line',
  'error',
  'started_at',
  'finished_at',
  'duration_ms',
  'lock_wait_ms',
  'retries',
  'database_user',
  'os_user',
  'host',
  'git_sha',
  'tool_version',
  'backup_reference',
  'schema_fingerprint',
] as const satisfies (keyof HistoryRow)[];

export interface HashedRow extends HistoryRow {
  /** Lower-case hex. */
  prev_hash: string;
  hash: string;
}

/** Where the chain stands: the last row's number and hash. */
export interface ChainHead {
  seq: string;
  hash: string;
}

/** The head of an empty history. */
export const GENESIS: ChainHead = { seq: '0', hash: '0'.repeat(64) };

/** JavaScript's milliseconds, written as PostgreSQL's microseconds. */
export function timestampText(at: Date): string {
  return at.toISOString().replace('Z', '000Z');
}

/** sha256 over the previous hash and every field; JSON keeps null, '' and the borders apart. */
export function hashRow(previousHash: string, row: HistoryRow): string {
  const fields = ROW_FIELDS.map((field) => row[field]);
  return createHash('sha256').update(previousHash).update(JSON.stringify(fields)).digest('hex');
}

/**
 * Finds the first row that is not what was written: edited, deleted, inserted, swapped or cut off.
 *
 * @returns what is wrong, or null for a sound chain
 */
export function findTampering(rows: readonly HashedRow[], head: ChainHead): string | null {
  let previous = GENESIS;
  for (const row of rows) {
    if (BigInt(row.seq) !== BigInt(previous.seq) + 1n)
      return `row ${row.seq} follows ${previous.seq}`;
    if (row.prev_hash !== previous.hash)
      return `row ${row.seq} does not continue row ${previous.seq}`;
    if (hashRow(row.prev_hash, row) !== row.hash) return `row ${row.seq} was changed`;
    previous = row;
  }
  if (previous.seq === head.seq && previous.hash === head.hash) return null;
  return `the history ends at row ${previous.seq}, ${head.seq} were written`;
}
