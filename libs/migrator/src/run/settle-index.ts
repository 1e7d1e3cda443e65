import { describeHolder, pause } from './advisory-lock.js';
import type { ApplyRules } from './rules.js';
import type { Attempt } from './attempt.js';
import { findIndex, type FoundIndex, indexWorkers } from './index-catalogue.js';
import { differenceFrom } from './index-definition.js';
import type { CreateIndex, IndexStatement } from './index-statement.js';
import { label } from '../sources/migration.js';
import type { LockedDatabase } from './record.js';
import { repairCommand } from './repair-command.js';
import { MigrationRefused } from '../refused.js';
import { quoteName } from '../sources/sql-quote.js';

/** What the catalogue says is left to do. */
export interface Settled {
  /** The statement's outcome is there already. */
  done: boolean;
  /** What was found after a start without an end: a note for the history. Null for a fresh start. */
  recovered: string | null;
}

interface Settling {
  database: LockedDatabase;
  attempt: Attempt;
  rules: ApplyRules;
}

/**
 * Looks before a statement on an index is sent, because an earlier run may have sent it already:
 *
 *   being built  wait for it, then look again; INDEX_BUSY when that takes too long
 *   absent       build
 *   differs      INDEX_DIFFERS: it is somebody else's
 *   valid        after a start without an end: done
 *   INVALID      after a start without an end: drop it, build again; else INDEX_INVALID
 *
 * @throws {MigrationRefused} INDEX_BUSY, INDEX_DIFFERS, INDEX_INVALID, INTERRUPTED
 */
export async function settleIndex(statement: IndexStatement, settling: Settling): Promise<Settled> {
  const found = await awaitWorkers(statement, settling);
  const resumed = settling.attempt.unfinished !== null;
  const note = (finding: string): string | null =>
    resumed ? `recovered: index ${statement.name} was found ${finding}` : null;
  if (statement.kind === 'drop') {
    if (!resumed) return { done: false, recovered: null };
    if (found === null) return { done: true, recovered: note('dropped') };
    return { done: false, recovered: note('there still, and dropped') };
  }
  if (found === null) return { done: false, recovered: note('absent, and built again') };
  await demandSame(statement, found, settling);
  if (found.valid) return { done: resumed, recovered: note('valid') };
  await dropInvalid(statement, found, settling);
  return { done: false, recovered: note('INVALID, dropped, and built again') };
}

/** Waits, within the bound, until nobody is at work on the index. */
async function awaitWorkers(
  statement: IndexStatement,
  { database, attempt, rules }: Settling,
): Promise<FoundIndex | null> {
  const deadline = performance.now() + rules.lockWaitMs;
  let announced = 0;
  for (;;) {
    const found = await findIndex(database.client, statement);
    const [worker] = await indexWorkers(database.client, statement, found);
    if (worker === undefined) return found;
    if (performance.now() >= deadline) {
      throw new MigrationRefused(
        'INDEX_BUSY',
        `${database.database}: ${label(attempt.migration)}: ${describeHolder(worker)} is still at work ` +
          `on index ${statement.name}; waited ${rules.lockWaitMs} ms. Run this again when it has ended`,
      );
    }
    if (worker.pid !== announced) {
      announced = worker.pid;
      rules.emit({ type: 'lock-busy', database: database.database, holder: worker });
    }
    await pause(rules.signal);
  }
}

async function demandSame(
  statement: CreateIndex,
  found: FoundIndex,
  { database, attempt }: Settling,
): Promise<void> {
  const difference = await differenceFrom(database.client, statement, found);
  if (difference === null) return;
  const orElse =
    attempt.unfinished === null
      ? ''
      : `. When it serves as well:  ${repairCommand(database.database, attempt.migration)}`;
  throw new MigrationRefused(
    'INDEX_DIFFERS',
    `${database.database}: ${label(attempt.migration)}: there is an index ${statement.name} that this ` +
      `migration does not build: ${difference}. Rename it, or drop it if nobody needs it${orElse}`,
  );
}

/** Only what an earlier run of this migration left behind is ours to drop. */
async function dropInvalid(
  statement: CreateIndex,
  found: FoundIndex,
  { database, attempt }: Settling,
): Promise<void> {
  const drop = await dropSql(statement, found, database);
  if (attempt.unfinished !== null) {
    await database.client.query(drop);
    return;
  }
  throw new MigrationRefused(
    'INDEX_INVALID',
    `${database.database}: ${label(attempt.migration)}: index ${statement.name} is there, INVALID, and no ` +
      `run of this migration began it. When nobody needs it:  ${drop}`,
  );
}

/** By the name that the catalogue gives it, so a search_path cannot point at another. */
export async function dropSql(
  { name }: IndexStatement,
  { oid }: Pick<FoundIndex, 'oid'>,
  { client }: LockedDatabase,
): Promise<string> {
  const { rows } = await client.query<{ schema: string }>(
    'SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE oid = $1',
    [oid],
  );
  return `DROP INDEX CONCURRENTLY IF EXISTS ${rows[0]?.schema}.${quoteName(name)}`;
}
