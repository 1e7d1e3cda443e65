import type { MigrationRef } from '../run/events.js';
import type { Fleet, FleetDatabase } from './fleet.js';
import { othersOf, select } from './fleet-order.js';
import { CHECKS_AT_ONCE } from './fleet-run.js';
import { readHistory } from '../history/history.js';
import type { HashedRow } from '../history/history-row.js';
import type { Migration } from '../sources/migration.js';
import type { FleetOptions } from './options.js';
import { shownTarget, survey, targetOf } from './preflight.js';
import { exitCodeOf, problemOf } from './problem.js';
import type {
  DatabaseHistory,
  DatabaseStatus,
  FleetHistoryReport,
  FleetStatusReport,
  HistoryEntry,
} from './reports.js';
import { closeSession, openSession } from '../run/session.js';
import { sideBySide } from './side-by-side.js';
import { type LoadMigrations, loadOnce } from '../sources/load-once.js';

const refOf = ({ number, name }: Migration): MigrationRef => ({ number, name });

/** Where every database stands. Creates nothing; exit code 0 even when something is pending. */
export async function fleetStatus(
  fleet: Fleet,
  options: FleetOptions = {},
): Promise<FleetStatusReport> {
  const load = loadOnce();
  const databases = await sideBySide(select(fleet.databases, options), CHECKS_AT_ONCE, (one) =>
    statusOf(one, options.environment, load),
  );
  const exitCode = exitCodeOf(databases.map(({ problem }) => problem));
  return { command: 'status', exitCode, withoutDatabase: othersOf(fleet, options), databases };
}

async function statusOf(
  database: FleetDatabase,
  environment: string | undefined,
  load: LoadMigrations,
): Promise<DatabaseStatus> {
  const known = { name: database.name, target: shownTarget(database) };
  try {
    const { comparison, migrations, state } = await survey(database, environment, load);
    const newest = comparison.applied.at(-1);
    return {
      ...known,
      state: comparison.pending.length === 0 ? 'current' : 'pending',
      current: newest === undefined ? null : refOf(newest),
      applied: comparison.applied.length,
      total: migrations.length,
      pending: comparison.pending.map(refOf),
      environment: state.identity.environment,
      problem: null,
    };
  } catch (error) {
    const nothing = { current: null, applied: 0, total: 0, pending: [], environment: null };
    return { ...known, ...nothing, state: 'refused', problem: problemOf(error) };
  }
}

/** Everything that was ever run, oldest first, after the chain was verified. */
export async function fleetHistory(
  fleet: Fleet,
  options: FleetOptions = {},
): Promise<FleetHistoryReport> {
  const databases = await sideBySide(select(fleet.databases, options), CHECKS_AT_ONCE, historyOf);
  return {
    command: 'history',
    exitCode: exitCodeOf(databases.map(({ problem }) => problem)),
    databases,
  };
}

async function historyOf(database: FleetDatabase): Promise<DatabaseHistory> {
  const known = { name: database.name, target: shownTarget(database) };
  try {
    const client = await openSession(targetOf(database), database.name);
    try {
      const { rows } = await readHistory(client, database.name);
      return { ...known, entries: rows.map(entryOf), problem: null };
    } finally {
      await closeSession(client);
    }
  } catch (error) {
    return { ...known, entries: [], problem: problemOf(error) };
  }
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

/** A row of history, as reports carry it. */
export function entryOf(row: HashedRow): HistoryEntry {
  return {
    seq: Number(row.seq),
    runId: row.run_id,
    number: row.number,
    name: row.name,
    origin: row.origin,
    direction: row.direction,
    status: row.status,
    sha256: row.sha256,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    durationMs: numberOrNull(row.duration_ms),
    retries: numberOrNull(row.retries),
    databaseUser: row.database_user,
    osUser: row.os_user,
    host: row.host,
    gitSha: row.git_sha,
    toolVersion: row.tool_version,
    sqlstate: row.sqlstate,
    error: row.error,
    backupReference: row.backup_reference,
    recovered: row.status === 'applied' && row.error !== null,
  };
}
