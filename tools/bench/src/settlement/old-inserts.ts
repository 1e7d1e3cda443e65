import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { paced } from '../paced.js';

/** An insert of an instance of the release before. */
export interface OldInsert {
  /** Milliseconds since 1970, when it was due. */
  dueAt: number;
  ms: number;
  failed: string | null;
}

// Word for word what that release sends: it knows no other column, and never changes a command.
const INSERT = `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee,
    asset_symbol, amount_numeric, status, last_updated)
  VALUES ($1, 'wf-1', 'acct-1', 'acct-1', 'acct-2', 'USDC', 12.5, 'received', now())`;
const CONNECTIONS = 10;
// A service's own limit of a statement.
const STATEMENT_MS = 5_000;

/** Inserts at a fixed rate until `ended` says so, each late from when it was due. */
export async function insertAsBefore(
  databaseUrl: string,
  perSecond: number,
  ended: () => boolean,
): Promise<OldInsert[]> {
  const inserts: OldInsert[] = [];
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: CONNECTIONS,
    statement_timeout: STATEMENT_MS,
  });
  pool.on('error', () => undefined);
  const insert = async (due: number): Promise<void> => {
    const failed = await pool.query(INSERT, [randomUUID()]).then(
      () => null,
      (error: unknown) => (error as Error).message,
    );
    const dueAt = performance.timeOrigin + due;
    inserts.push({ dueAt, ms: performance.now() - due, failed });
  };
  const seconds: Promise<void>[] = [];
  while (!ended()) {
    // A second that is late does not hold up the next one.
    seconds.push(paced({ perSecond, seconds: 1 }, (_, due) => insert(due)));
    await sleep(1_000);
  }
  await Promise.all(seconds);
  await pool.end();
  return inserts;
}
