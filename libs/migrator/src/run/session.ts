import {
  connectClient,
  DatabaseFault,
  type DatabaseTarget,
} from '@fusion-prime/database/connection';
import type pg from 'pg';
import { MigrationRefused, type RefusalCode } from '../refused.js';

/** What every statement of a migration may take; a migration's own header overrides the first two. */
export interface SessionRules {
  lockTimeout: string;
  statementTimeout: string;
}

// Waiting longer for a lock would queue the service's own queries behind the waiting ALTER TABLE.
const LOCK_TIMEOUT = '3s';
// A statement that needs more is a backfill and belongs into batches.
const STATEMENT_TIMEOUT = '15min';
export const DEFAULT_RULES: SessionRules = {
  lockTimeout: LOCK_TIMEOUT,
  statementTimeout: STATEMENT_TIMEOUT,
};
const CONNECT_TIMEOUT_MS = 5_000;
export const TOOL_NAME = 'fp migrate';

/**
 * Opens the one dedicated connection that the engine uses for a database.
 *
 * @throws {MigrationRefused} UNREACHABLE, CREDENTIALS_REFUSED, DATABASE_NOT_FOUND
 */
export async function openSession(target: DatabaseTarget, database: string): Promise<pg.Client> {
  try {
    return await connectClient(target, {
      applicationName: TOOL_NAME,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    });
  } catch (error) {
    throw refusalOf(error, database);
  }
}

function refusalOf(error: unknown, database: string): unknown {
  if (!(error instanceof DatabaseFault)) return error;
  const state = (error.cause as { code?: string } | undefined)?.code;
  const code: RefusalCode =
    state === '3D000'
      ? 'DATABASE_NOT_FOUND'
      : error.reason === 'DB_AUTH'
        ? 'CREDENTIALS_REFUSED'
        : 'UNREACHABLE';
  const hint = code === 'DATABASE_NOT_FOUND' ? ': run  npx fp databases create' : '';
  return new MigrationRefused(code, `${database}: ${error.message}${hint}`, { cause: error });
}

// Lets the server notice that we are gone in the middle of a statement, where its platform can tell.
const CONNECTION_CHECK = `SELECT set_config('client_connection_check_interval', '1s', false)
  WHERE version() ~ 'linux|darwin|freebsd'`;

function resetSql({ lockTimeout, statementTimeout }: SessionRules): string {
  return `CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *;
    DISCARD PLANS; DISCARD TEMP; DISCARD SEQUENCES;
    SET lock_timeout = '${lockTimeout}'; SET statement_timeout = '${statementTimeout}';
    SET idle_in_transaction_session_timeout = '60s'; ${CONNECTION_CHECK}`;
}

/**
 * Brings the session back to a known state: everything that DISCARD ALL does, except that it keeps
 * the advisory lock. One message.
 */
export async function resetSession(client: pg.Client, rules: SessionRules): Promise<void> {
  await client.query(resetSql(rules));
}

/**
 * As {@link resetSession}, and opens a transaction, in the same message. A rollback takes the settings back
 * as well: whoever tries again resets again.
 */
export async function beginReset(client: pg.Client, rules: SessionRules): Promise<void> {
  await client.query(`${resetSql(rules)}; BEGIN`);
}

/** Ends whatever transaction is open; a connection that is gone has rolled back by itself. */
export async function rollBack(client: pg.Client): Promise<void> {
  await client.query('ROLLBACK').catch(() => undefined);
}

/** Ends a session without waiting for a server that may be gone. */
export async function closeSession(client: pg.Client): Promise<void> {
  await client.end().catch(() => undefined);
}

/**
 * Cancels what a backend is doing, over a second connection: the first is busy waiting for it.
 * When even that fails, the server notices the closed socket by itself (client_connection_check_interval).
 */
export async function cancelBackend(target: DatabaseTarget, pid: number): Promise<void> {
  try {
    const helper = await connectClient(target, {
      applicationName: `${TOOL_NAME} cancel`,
      connectTimeoutMs: 2_000,
      queryTimeoutMs: 2_000,
    });
    await helper.query('SELECT pg_cancel_backend($1)', [pid]);
    await closeSession(helper);
  } catch {
    // Nothing else can be done from here; the caller closes its own connection next.
  }
}
