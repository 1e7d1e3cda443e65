import type { Check } from '../fleet/fleet-check.js';
import { problemOf } from '../fleet/problem.js';
import type { DatabaseRun } from '../fleet/reports.js';
import type { RunRules } from '../fleet/run-database.js';
import type { BackupRules } from './backup-rules.js';
import { takeBackup } from './take-backup.js';

export interface ChangesToBackUp {
  backup: BackupRules;
  rules: RunRules;
  runs: Map<string, DatabaseRun>;
}

/**
 * Backs up every database that a run will change, before it changes any: one that fails ends the run.
 *
 * @returns the references by the databases' names; null when there is one without a backup
 */
export async function backUpChanges(
  checks: readonly Check[],
  { backup, rules, runs }: ChangesToBackUp,
): Promise<Map<string, string> | null> {
  const { emit, signal } = rules.apply;
  const references = new Map<string, string>();
  for (const { surveyed, steps } of checks) {
    if (surveyed === null || steps === 0) continue;
    const { database, target, state } = surveyed;
    const { name } = database;
    emit({ type: 'backing-up', database: name });
    try {
      const subject = { name, target, serverVersion: state.serverVersion };
      const { reference, durationMs } = await takeBackup(subject, backup, signal);
      emit({ type: 'backed-up', database: name, reference, durationMs });
      references.set(name, reference);
    } catch (error) {
      const run = runs.get(name);
      if (run !== undefined)
        runs.set(name, { ...run, outcome: 'failed', problem: problemOf(error) });
      return null;
    }
  }
  return references;
}
