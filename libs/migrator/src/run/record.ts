import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type pg from 'pg';
import { fingerprintInside } from '../catalogue/recorded-fingerprint.js';
import { appendHistory } from '../history/history.js';
import { TYPEORM_REVOKE_SQL, TYPEORM_TABLE_SQL } from '../history/history-schema.js';
import { type ChainHead, type HistoryRow, timestampText } from '../history/history-row.js';
import type { Migration } from '../sources/migration.js';
import type { Direction } from './events.js';

/** Who runs this, and with what: written into every row of history. */
export interface RunIdentity {
  runId: string;
  osUser: string | null;
  host: string | null;
  gitSha: string | null;
  toolVersion: string;
}

/** A database whose lock this session holds. */
export interface LockedDatabase {
  database: string;
  target: DatabaseTarget;
  client: pg.Client;
  pid: number;
  /** Moves with every row that is committed. */
  head: ChainHead;
  lockWaitMs: number;
  /** Of the backup that was made before this run; null or undefined when there is none. */
  backupReference?: string | null;
}

/** What a row of history is about: an attempt, or the end that a person gives to one. */
export interface Recorded {
  migration: Pick<HistoryRow, 'number' | 'name' | 'origin' | 'sha256'> &
    Pick<Migration, 'typeormName'>;
  direction: Direction;
  script: { transactional: boolean };
  startedAt: Date;
  retries: number;
  progress: { statements: number };
  /** False when this run goes on with another migration here: its row will tell what the schema became. */
  last?: boolean;
}

/** What a row of history says beyond what was planned. */
export type Outcome = Pick<HistoryRow, 'status'> &
  Partial<Pick<HistoryRow, 'sqlstate' | 'failed_statement' | 'failed_line' | 'error'>>;

/**
 * Appends a row inside the open transaction; TypeORM's own table is kept in step when a migration of its
 * kind was applied. Returns the head that holds once the transaction is committed.
 */
export async function record(
  database: LockedDatabase,
  attempt: Recorded,
  { outcome, run }: { outcome: Outcome; run: RunIdentity },
): Promise<ChainHead> {
  const { client } = database;
  const fingerprint = await beforeRow(client, attempt, outcome);
  if (outcome.status === 'applied') await keepTypeormInStep(client, attempt);
  const row = rowOf(database, attempt, { outcome, run });
  return appendHistory(client, database.head, { ...row, schema_fingerprint: fingerprint });
}

// A migration may have changed role or search_path; its deferred constraints are due before its row.
const BEFORE_ROW =
  'SET CONSTRAINTS ALL IMMEDIATE; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET search_path';

/**
 * The rows after which a run lets go of a database carry the fingerprint of the schema that it leaves: the last
 * one, and one that failed. Reading the catalogue costs 4 ms on a small schema, as much as a small migration itself, so it is
 * not done between two migrations of one run: nobody ever compares what stood there for a moment. It rides
 * in the message that is sent anyway. After kill -9 in between, drift says "unknown" until the rerun.
 */
async function beforeRow(
  client: pg.Client,
  { last = true }: Recorded,
  { status }: Outcome,
): Promise<string | null> {
  if (status === 'failed' || (status === 'applied' && last)) {
    return fingerprintInside(client, BEFORE_ROW);
  }
  await client.query(BEFORE_ROW);
  return null;
}

/** A row of history in a transaction of its own. */
export async function recordAlone(
  database: LockedDatabase,
  attempt: Recorded,
  { outcome, run }: { outcome: Outcome; run: RunIdentity },
): Promise<void> {
  await database.client.query('BEGIN');
  const head = await record(database, attempt, { outcome, run });
  await commit(database.client);
  database.head = head;
}

export async function commit(client: pg.Client): Promise<void> {
  const { command } = await client.query('COMMIT');
  // PostgreSQL answers ROLLBACK, without an error, to the COMMIT of a failed transaction.
  if (command !== 'COMMIT') throw new Error(`the server answered ${command} to COMMIT`);
}

function rowOf(
  database: LockedDatabase,
  { migration, direction, script, startedAt, retries, progress }: Recorded,
  { outcome, run }: { outcome: Outcome; run: RunIdentity },
): Omit<HistoryRow, 'seq'> {
  const now = new Date();
  const ended = outcome.status !== 'started';
  return {
    run_id: run.runId,
    number: migration.number,
    name: migration.name,
    origin: migration.origin,
    direction,
    sha256: migration.sha256,
    transaction_mode: script.transactional ? 'transaction' : 'none',
    statements: String(progress.statements),
    sqlstate: null,
    failed_statement: null,
    failed_line: null,
    error: null,
    started_at: timestampText(startedAt),
    finished_at: ended ? timestampText(now) : null,
    duration_ms: ended ? String(now.getTime() - startedAt.getTime()) : null,
    lock_wait_ms: String(database.lockWaitMs),
    retries: String(retries),
    database_user: database.target.user,
    os_user: run.osUser,
    host: run.host,
    git_sha: run.gitSha,
    tool_version: run.toolVersion,
    backup_reference: database.backupReference ?? null,
    schema_fingerprint: null,
    ...outcome,
  };
}

async function keepTypeormInStep(client: pg.Client, attempt: Recorded): Promise<void> {
  const { typeormName, number } = attempt.migration;
  if (typeormName === null) return;
  await createTypeormTable(client);
  if (attempt.direction === 'down') {
    await client.query('DELETE FROM public.migrations WHERE "timestamp" = $1', [number]);
    return;
  }
  // It is there already when a way back was begun and came to no end.
  await client.query(
    `INSERT INTO public.migrations ("timestamp", name) SELECT $1::bigint, $2::text
     WHERE NOT EXISTS (SELECT FROM public.migrations WHERE "timestamp" = $1::bigint)`,
    [number, typeormName],
  );
}

/** Made at the first migration; the service has no business in it, whatever the default grants say. */
async function createTypeormTable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ missing: boolean }>(
    `SELECT to_regclass('public.migrations') IS NULL AS missing`,
  );
  if (rows[0]?.missing !== true) return;
  await client.query(TYPEORM_TABLE_SQL);
  await client.query(TYPEORM_REVOKE_SQL);
}
