import type pg from 'pg';
import { entryOf } from '../fleet/fleet-read.js';
import type { FleetDatabase } from '../fleet/fleet.js';
import { demandIdentity, demandWritable, inspect } from '../fleet/inspect.js';
import { applyRules, type FleetRunOptions } from '../fleet/options.js';
import { shownTarget, targetOf } from '../fleet/preflight.js';
import type { HistoryEntry } from '../fleet/reports.js';
import { readHistory } from '../history/history.js';
import type { HashedRow } from '../history/history-row.js';
import { MigrationRefused } from '../refused.js';
import { demandOwnBackend, takeLock } from '../run/advisory-lock.js';
import { type LockedDatabase, recordAlone, type RunIdentity } from '../run/record.js';
import { closeSession, openSession } from '../run/session.js';
import { loadMigrations } from '../sources/load-migrations.js';
import type { Migration } from '../sources/migration.js';
import { type Ending, endingOf, type Standing } from './decision.js';

/** What a person who looked at the database says about one migration. */
export interface RepairDecision {
  number: string;
  as: Standing;
  /** Why: it stays in the history. */
  reason: string;
}

export interface RepairOptions extends Pick<
  FleetRunOptions,
  'environment' | 'lockWaitMs' | 'gitSha' | 'reporter'
> {
  /** Gets the start without an end, under the lock, before anything is written. */
  onStarted?: (started: HistoryEntry) => void;
}

export interface RepairReport {
  command: 'repair';
  exitCode: 0;
  name: string;
  target: string;
  as: Standing;
  started: HistoryEntry;
  written: HistoryEntry;
}

/**
 * Ends a migration whose last word is `started` with one row, `applied` or `failed`, because a person
 * says how far it got. Changes nothing else; the next `up` goes on from there.
 *
 * @throws {MigrationRefused} REASON_MISSING, UNKNOWN_VERSION, NOT_UNFINISHED; LOCK_BUSY, HISTORY_TAMPERED
 *   and whatever else stands in the way of `up`
 * @example await repairMigration(books, { number: '2', as: 'not-applied', reason: 'T-71: no row moved' });
 */
export async function repairMigration(
  database: FleetDatabase,
  decision: RepairDecision,
  options: RepairOptions = {},
): Promise<RepairReport> {
  const { name } = database;
  const reason = decision.reason.trim();
  if (reason === '') {
    const message = `${name}: why? --reason says it to those who read the history later`;
    throw new MigrationRefused('REASON_MISSING', message);
  }
  const migration = await migrationOf(database, decision.number);
  const target = targetOf(database);
  const client = await openSession(target, name);
  try {
    const { locked, rows } = await lock(client, database, options);
    const ending = namedEnding(name, () => endingOf(rows, migration.number, decision.as));
    options.onStarted?.(entryOf(ending.started));
    const { run } = applyRules(options);
    const error = `repaired as ${decision.as}: ${reason}`;
    await write(locked, { ending, migration, error }, run);
    const written = (await readHistory(client, name)).rows.at(-1) ?? ending.started;
    return {
      command: 'repair',
      exitCode: 0,
      name,
      target: shownTarget(database),
      as: decision.as,
      started: entryOf(ending.started),
      written: entryOf(written),
    };
  } finally {
    await closeSession(client);
  }
}

async function migrationOf(database: FleetDatabase, number: string): Promise<Migration> {
  const migrations = await loadMigrations(database.migrations);
  // 007 in a file's name is 7 in the history.
  const meant = /^\d+$/.test(number) ? BigInt(number).toString() : number;
  const found = migrations.find((migration) => migration.number === meant);
  if (found !== undefined) return found;
  throw new MigrationRefused(
    'UNKNOWN_VERSION',
    `${database.name}: this build has no migration ${number}; the numbers stand in  npx fp migrate history`,
  );
}

/**
 * Takes the lock and reads the history under it. Everything must hold that `up` demands before it writes
 * here, except what is about to be repaired.
 */
async function lock(
  client: pg.Client,
  database: FleetDatabase,
  options: RepairOptions,
): Promise<{ locked: LockedDatabase; rows: HashedRow[] }> {
  const { name } = database;
  const target = targetOf(database);
  const { lockWaitMs: waitMs, emit } = applyRules(options);
  const meant = { name, environment: options.environment };
  await demandOwnBackend(client, { target, database: name });
  const lockWaitMs = await takeLock(client, {
    database: name,
    target,
    waitMs,
    onHolder: (holder) => emit({ type: 'lock-busy', database: name, holder }),
  });
  const state = await inspect(client, name);
  demandIdentity(state, meant);
  demandWritable(state, { ...meant, target });
  const { processID: pid } = client as typeof client & { processID: number };
  const { head, rows } = state.history;
  return { locked: { database: name, target, client, pid, head, lockWaitMs }, rows };
}

/** The row speaks of what was started, with its name and checksum then; TypeORM's name is the build's. */
async function write(
  locked: LockedDatabase,
  { ending, migration, error }: { ending: Ending; migration: Migration; error: string },
  run: RunIdentity,
): Promise<void> {
  const { started, direction, status } = ending;
  const { number, name, origin, sha256 } = started;
  const ended = {
    migration: { number, name, origin, sha256, typeormName: migration.typeormName },
    direction,
    script: { transactional: started.transaction_mode === 'transaction' },
    startedAt: new Date(),
    retries: 0,
    progress: { statements: 0 },
  };
  await recordAlone(locked, ended, { outcome: { status, error }, run });
}

/** A refusal with the database's name in front. */
function namedEnding(database: string, ending: () => Ending): Ending {
  try {
    return ending();
  } catch (error) {
    if (!(error instanceof MigrationRefused)) throw error;
    throw new MigrationRefused(error.code, `${database}: ${error.message}`, { cause: error });
  }
}
