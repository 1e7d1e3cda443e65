import type { Attempt } from './attempt.js';
import { label } from '../sources/migration.js';
import { runOutside } from './outside.js';
import { commit, type LockedDatabase, type Outcome, record } from './record.js';
import type { ApplyRules } from './rules.js';
import { demandGoingOn, runScript } from './run-script.js';
import { beginReset, resetSession } from './session.js';

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
  if (!script.transactional) {
    await resetSession(client, attempt.session);
    return runOutside(database, attempt, rules);
  }
  await beginReset(client, attempt.session);
  await runScript(script, { client, origin: label(migration), progress, signal });
  demandGoingOn(signal);
  const outcome: Outcome = { status: 'applied' };
  const head = await record(database, attempt, { outcome, run: rules.run });
  await commit(client);
  database.head = head;
}
