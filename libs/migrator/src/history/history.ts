import type pg from 'pg';
import { HOLDS_LOCK } from '../run/advisory-lock.js';
import type { LastWord } from './compare.js';
import {
  type ChainHead,
  findTampering,
  GENESIS,
  type HashedRow,
  hashRow,
  type HistoryRow,
  ROW_FIELDS,
} from './history-row.js';
import { MigrationRefused } from '../refused.js';

/** Every value as PostgreSQL writes it: that is what is hashed, and a cast for each column costs planning. */
export const AS_TEXT = { getTypeParser: () => (text: string) => text };
const utc = (column: string): string =>
  `to_char(h.${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${column}`;
const COLUMNS = ROW_FIELDS.map((field) => (field.endsWith('_at') ? utc(field) : `h.${field}`)).join(
  ', ',
);

/** One statement, so one snapshot: head and rows always belong together. To be read {@link AS_TEXT}. */
export const READ_HISTORY_SQL = `
  SELECT ${COLUMNS}, encode(h.prev_hash, 'hex') AS prev_hash, encode(h.hash, 'hex') AS hash,
         head.seq AS head_seq, encode(head.hash, 'hex') AS head_hash
  FROM migrator.head head LEFT JOIN migrator.history h ON true ORDER BY h.seq`;

type StoredRow = HashedRow & { head_seq: string; head_hash: string };

/** A history whose chain was verified. */
export interface History {
  rows: HashedRow[];
  head: ChainHead;
}

/**
 * Verifies the rows of READ_HISTORY_SQL.
 *
 * @throws {MigrationRefused} HISTORY_TAMPERED
 */
export function verifiedHistory(stored: readonly StoredRow[], database: string): History {
  const first = stored[0];
  const head = first === undefined ? GENESIS : { seq: first.head_seq, hash: first.head_hash };
  const rows = stored.filter((row) => row.seq !== null);
  const tampering = first === undefined ? 'migrator.head is empty' : findTampering(rows, head);
  if (tampering === null) return { rows, head };
  throw new MigrationRefused(
    'HISTORY_TAMPERED',
    `${database}: migrator.history is not what was written: ${tampering}. Restore it from a backup`,
  );
}

export async function readHistory(client: pg.Client, database: string): Promise<History> {
  const { rows } = await client.query<StoredRow>({ text: READ_HISTORY_SQL, types: AS_TEXT });
  return verifiedHistory(rows, database);
}

/**
 * The last word about each number. What failed is undone, its start too: then the word before counts.
 * A start that stays the last word came to no end.
 */
export function lastWords(rows: readonly HistoryRow[]): LastWord[] {
  const words = new Map<string, LastWord>();
  const finished = new Map<string, LastWord>();
  for (const { number, name, sha256, direction, status } of rows) {
    const word =
      status === 'failed' ? finished.get(number) : { number, name, sha256, direction, status };
    if (word === undefined) words.delete(number);
    else words.set(number, word);
    if (word !== undefined && status === 'applied') finished.set(number, word);
  }
  return [...words.values()];
}

const INSERTED = [...ROW_FIELDS, 'prev_hash', 'hash'];
const APPEND_SQL = `
  WITH head AS (
    UPDATE migrator.head SET seq = $1::bigint, hash = decode($${INSERTED.length}, 'hex')
    WHERE seq = $1::bigint - 1 AND hash = decode($${INSERTED.length - 1}, 'hex') AND ${HOLDS_LOCK}
    RETURNING true)
  INSERT INTO migrator.history (${INSERTED.join(', ')})
  SELECT ${INSERTED.map((field, index) => parameter(field, index + 1)).join(', ')} FROM head`;

function parameter(field: string, position: number): string {
  if (field.endsWith('hash')) return `decode($${position}, 'hex')`;
  if (field === 'run_id') return `$${position}::uuid`;
  if (field === 'seq') return `$${position}::bigint`;
  if (field === 'number') return `$${position}::numeric`;
  if (field.endsWith('_at')) return `$${position}::timestamptz`;
  const integers = ['statements', 'failed_statement', 'failed_line', 'retries'];
  return integers.includes(field) || field.endsWith('_ms')
    ? `$${position}::int`
    : `$${position}::text`;
}

/**
 * Appends a row and moves the head, in the caller's transaction. The head moves only when it stands where
 * it was read and this very session holds the lock; otherwise nothing is written.
 *
 * @returns the new head
 * @throws {MigrationRefused} HISTORY_TAMPERED when somebody else wrote in between
 */
export async function appendHistory(
  client: pg.Client,
  head: ChainHead,
  row: Omit<HistoryRow, 'seq'>,
): Promise<ChainHead> {
  const seq = (BigInt(head.seq) + 1n).toString();
  const full: HistoryRow = { ...row, seq };
  const hash = hashRow(head.hash, full);
  const values = [...ROW_FIELDS.map((field) => full[field]), head.hash, hash];
  const { rowCount } = await client.query(APPEND_SQL, values);
  if (rowCount === 1) return { seq, hash };
  throw new MigrationRefused(
    'HISTORY_TAMPERED',
    `row ${seq} of migrator.history was not written: the history moved, or the lock was lost, under way`,
  );
}
