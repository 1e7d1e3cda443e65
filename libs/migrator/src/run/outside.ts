import type { ApplyRules } from './rules.js';
import type { Attempt } from './attempt.js';
import { findIndex } from './index-catalogue.js';
import { indexStatementIn, indexStatementOf } from './index-statement.js';
import { label } from '../sources/migration.js';
import { type LockedDatabase, recordAlone } from './record.js';
import { MigrationRefused } from '../refused.js';
import { runScript } from './run-script.js';
import { settleIndex } from './settle-index.js';
import { splitStatements } from '../sources/statements.js';

/**
 * Runs a migration that no transaction holds together:
 *
 *   look at the catalogue ─► history row `started` ─► the statement ─► look again ─► row `applied`
 *            └─ the outcome is there already: an earlier run got so far ────────────────┘
 *
 * A crash at any point leaves `started` as the last word, and the next run begins with the look.
 */
export async function runOutside(
  database: LockedDatabase,
  attempt: Attempt,
  rules: ApplyRules,
): Promise<void> {
  const { client } = database;
  const { run, signal } = rules;
  const { migration, script, progress } = attempt;
  const origin = label(migration);
  const index = await indexStatementOf(script, origin);
  const settled =
    index === null
      ? { done: false, recovered: null }
      : await settleIndex(index, { database, attempt, rules });
  attempt.recovered = settled.recovered;
  if (!settled.done) {
    await recordAlone(database, attempt, { outcome: { status: 'started' }, run });
    attempt.begun = { index };
    await runScript(script, { client, origin, progress, signal });
    await demandValid(database, attempt);
  }
  const outcome = { status: 'applied', error: settled.recovered } as const;
  await recordAlone(database, attempt, { outcome, run });
}

/** A build that ended without an error is no proof: IF NOT EXISTS is content with an INVALID index. */
async function demandValid(database: LockedDatabase, attempt: Attempt): Promise<void> {
  const origin = label(attempt.migration);
  for (const sql of attempt.progress.concurrent) {
    for (const statement of await splitStatements(sql, origin)) {
      const index = indexStatementIn(statement, origin);
      if (index?.kind !== 'create') continue;
      if ((await findIndex(database.client, index))?.valid === true) continue;
      throw new MigrationRefused(
        'INDEX_INVALID',
        `${database.database}: ${origin}: index ${index.name} is not valid after it was built`,
      );
    }
  }
}
