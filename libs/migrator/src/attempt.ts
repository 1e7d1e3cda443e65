import type pg from 'pg';
import type { ApplyRules } from './apply.js';
import type { Direction } from './events.js';
import { label, type Migration, type Script } from './migration.js';
import { type LockedDatabase, type Outcome, record } from './record.js';
import { demandGoingOn, type Progress, runScript } from './run-script.js';
import { resetSession, type SessionRules } from './session.js';

/** One try at one migration in one direction. */
export interface Attempt {
  migration: Migration;
  direction: Direction;
  script: Script;
  startedAt: Date;
  retries: number;
  progress: Progress;
  session: SessionRules;
}

/**
 * The order of things, which is the whole of crash safety:
 *
 *   transactional      BEGIN · statements · history row `applied` · COMMIT
 *   transaction=none   history row `started` · the statement · history row `applied`
 *
 * Every COMMIT is a message of its own, so there is one instant before which nothing happened and
 * after which everything did.
 */
export async function runAttempt(
  database: LockedDatabase,
  attempt: Attempt,
  rules: ApplyRules,
): Promise<void> {
  const { client } = database;
  const { migration, script, progress } = attempt;
  const { signal } = rules;
  demandGoingOn(signal);
  await resetSession(client, attempt.session);
  if (script.transactional) await client.query('BEGIN');
  else await recordAlone(database, attempt, { outcome: { status: 'started' }, rules });
  await runScript(script, { client, origin: label(migration), progress, signal });
  if (!script.transactional) {
    await recordAlone(database, attempt, { outcome: { status: 'applied' }, rules });
    return;
  }
  demandGoingOn(signal);
  const outcome: Outcome = { status: 'applied' };
  const head = await record(database, attempt, { outcome, run: rules.run });
  await commit(client);
  database.head = head;
}

/** A row of history in a transaction of its own. */
export async function recordAlone(
  database: LockedDatabase,
  attempt: Attempt,
  { outcome, rules }: { outcome: Outcome; rules: ApplyRules },
): Promise<void> {
  await database.client.query('BEGIN');
  const head = await record(database, attempt, { outcome, run: rules.run });
  await commit(database.client);
  database.head = head;
}

async function commit(client: pg.Client): Promise<void> {
  const { command } = await client.query('COMMIT');
  // PostgreSQL answers ROLLBACK, without an error, to the COMMIT of a failed transaction.
  if (command !== 'COMMIT') throw new Error(`the server answered ${command} to COMMIT`);
}
