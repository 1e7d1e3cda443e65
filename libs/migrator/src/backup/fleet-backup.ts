import { exitCodeOf, problemOf } from '../fleet/problem.js';
import type { Problem } from '../fleet/reports.js';
import type { Fleet, FleetDatabase } from '../fleet/fleet.js';
import { select } from '../fleet/fleet-order.js';
import { demandIdentity, inspect } from '../fleet/inspect.js';
import type { FleetOptions } from '../fleet/options.js';
import { shownTarget, targetOf } from '../fleet/preflight.js';
import { closeSession, openSession } from '../run/session.js';
import type { Backup, BackupRules } from './backup-rules.js';
import { takeBackup } from './take-backup.js';

export interface DatabaseBackup {
  name: string;
  target: string;
  backup: Backup | null;
  problem: Problem | null;
}

export interface FleetBackupReport {
  command: 'backup';
  exitCode: number;
  databases: DatabaseBackup[];
}

export interface FleetBackupOptions extends FleetOptions {
  backup: BackupRules;
  signal?: AbortSignal;
}

/**
 * Backs up the databases of a fleet, in turn, changing nothing. One that fails does not keep the others
 * from theirs.
 *
 * @throws {MigrationRefused} FLEET_UNKNOWN_NAME only; all else is in the report
 */
export async function fleetBackup(
  fleet: Fleet,
  options: FleetBackupOptions,
): Promise<FleetBackupReport> {
  const databases: DatabaseBackup[] = [];
  for (const database of select(fleet.databases, options)) {
    databases.push(await backUp(database, options));
  }
  const exitCode = exitCodeOf(databases.map(({ problem }) => problem));
  return { command: 'backup', exitCode, databases };
}

async function backUp(
  database: FleetDatabase,
  { environment, backup: rules, signal, reporter }: FleetBackupOptions,
): Promise<DatabaseBackup> {
  const { name } = database;
  const known = { name, target: shownTarget(database) };
  try {
    const target = targetOf(database);
    const client = await openSession(target, name);
    const state = await inspect(client, name).finally(() => closeSession(client));
    demandIdentity(state, { name, environment });
    reporter?.({ type: 'backing-up', database: name });
    const subject = { name, target, serverVersion: state.serverVersion };
    const backup = await takeBackup(subject, rules, signal);
    const { reference, durationMs } = backup;
    reporter?.({ type: 'backed-up', database: name, reference, durationMs });
    return { ...known, backup, problem: null };
  } catch (error) {
    return { ...known, backup: null, problem: problemOf(error) };
  }
}
