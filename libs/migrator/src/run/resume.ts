import type { LockHolder } from './advisory-lock.js';
import type { Step } from './apply.js';
import { type IndexStatement, indexStatementOf } from './index-statement.js';
import { label, type Migration } from '../sources/migration.js';
import { MigrationRefused } from '../refused.js';
import { repairCommand } from './repair-command.js';
import { statementsOf } from '../sources/statements.js';

/**
 * Checks a step before anything runs anywhere: a typing error must not be met half way.
 *
 * @throws {MigrationRefused} SQL_SYNTAX, SQL_TRANSACTION_CONTROL, SQL_SESSION_COMMAND, SQL_EMPTY,
 *   SQL_NOT_ONE_STATEMENT, SQL_INDEX_UNNAMED, CLASS_NOT_ONE_STATEMENT, MIGRATION_UNFINISHED
 */
export async function demandRunnable(
  database: string,
  step: Step,
  holder: LockHolder | null,
): Promise<void> {
  const script = step.migration[step.direction];
  if (script?.kind === 'sql' && (await statementsOf(script)).length === 0) {
    throw new MigrationRefused(
      'SQL_EMPTY',
      `${script.file} holds no statement: it is not written yet; SELECT 1 says that nothing is to be done`,
    );
  }
  await statementOf(step.migration, step.direction);
  // Somebody who is at work on it right now will end it; under the lock it is asked again.
  if (step.unfinished !== null && holder === null) await demandResumable(database, step);
}

/**
 * A start without an end can be gone on with when the catalogue tells how far it got: both the statement
 * that was started and the one that is to follow build or drop the same index.
 *
 * @throws {MigrationRefused} MIGRATION_UNFINISHED
 */
export async function demandResumable(database: string, step: Step): Promise<void> {
  const { migration, direction, unfinished } = step;
  const begun = await statementOf(migration, unfinished ?? direction);
  const next = await statementOf(migration, direction);
  if (begun !== null && next !== null && begun.name === next.name) return;
  throw new MigrationRefused(
    'MIGRATION_UNFINISHED',
    `${database}: ${label(migration)} (${unfinished}, outside a transaction) was started and has no end ` +
      'in the history. How far it got can be read from the catalogue only for exactly one CREATE or DROP ' +
      'INDEX CONCURRENTLY, and for going on with the same index: look at the database, then say what you ' +
      `found:  ${repairCommand(database, migration)}  (or --as not-applied)`,
  );
}

async function statementOf(
  migration: Migration,
  direction: 'up' | 'down',
): Promise<IndexStatement | null> {
  const script = migration[direction];
  return script === null ? null : indexStatementOf(script, label(migration));
}
