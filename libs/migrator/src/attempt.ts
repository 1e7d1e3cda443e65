import type { ApplyRules } from './apply.js';
import type { Direction } from './events.js';
import { label, type Migration, type Script } from './migration.js';
import type { IndexStatement } from './index-statement.js';
import { runOutside } from './outside.js';
import { commit, type LockedDatabase, type Outcome, record } from './record.js';
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
  /** The way of an earlier run that outside a transaction came to no end; null for a fresh start. */
  unfinished: Direction | null;
  /** Set once `started` stands in the history: from then on something may be left behind. */
  begun: { index: IndexStatement | null } | null;
  /** What an earlier run had left, once that was seen: goes into the history. */
  recovered: string | null;
}

/**
 * The order of things, which is the whole of crash safety:
 *
 *   transactional      BEGIN · statements · history row `applied` · COMMIT
 *   transaction=none   a look · history row `started` · the statement · a look · history row `applied`
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
  if (!script.transactional) return runOutside(database, attempt, rules);
  await client.query('BEGIN');
  await runScript(script, { client, origin: label(migration), progress, signal });
  demandGoingOn(signal);
  const outcome: Outcome = { status: 'applied' };
  const head = await record(database, attempt, { outcome, run: rules.run });
  await commit(client);
  database.head = head;
}
