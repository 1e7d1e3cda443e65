import { MigrationRefused } from '../refused.js';
import type { AppliedMigration } from '../run/apply.js';
import { demandRunnable } from '../run/resume.js';
import type { ApplyRules } from '../run/rules.js';
import { label, type Migration } from '../sources/migration.js';
import type { Demand } from './fleet-check.js';
import { stepOf } from './fleet-plan.js';
import type { Surveyed } from './preflight.js';
import type { DatabaseRun } from './reports.js';
import { type Planner, runDatabase, type RunRules } from './run-database.js';

/**
 * Before anything is changed: a run that promises to go back must be able to, everywhere and at every
 * step, those outside a transaction included.
 *
 * @throws {MigrationRefused} MIGRATION_IRREVERSIBLE, and what is wrong with a way back
 */
export const demandWaysBack: Demand = async ({ database, state }, steps) => {
  const oneWay = steps.find(({ migration }) => migration.down === null);
  if (oneWay !== undefined) {
    throw new MigrationRefused(
      'MIGRATION_IRREVERSIBLE',
      `${database.name}: ${label(oneWay.migration)} has no way back, so --rollback-on-failure cannot be ` +
        'promised; nothing was changed',
    );
  }
  for (const { migration } of steps) {
    const back = { migration, direction: 'down', unfinished: null } as const;
    await demandRunnable(database.name, back, state.holder);
  }
};

export interface RollBack {
  /** In the order in which they were to be changed. */
  surveyed: readonly Surveyed[];
  runs: Map<string, DatabaseRun>;
  rules: RunRules;
  /** Stops the way back itself: the signal that stopped the run is used up. */
  signal: AbortSignal | undefined;
}

/**
 * Returns what this run changed to where it was: the newest first, dependents before what they depend on.
 * A database whose way back fails is left at a whole version, and its report says so; the others go on.
 */
export async function rollBackRun({ surveyed, runs, rules, signal }: RollBack): Promise<void> {
  const apply: ApplyRules = { ...rules.apply, signal };
  for (const one of [...surveyed].reverse()) {
    const { name } = one.database;
    const run = runs.get(name);
    if (run === undefined || run.changed.length === 0) continue;
    apply.emit({ type: 'rolling-back', database: name, migrations: run.changed.length });
    const plan = backPlan(one, run.changed);
    const { changed: undone, problem } = await runDatabase(one, { ...rules, apply, plan });
    const outcome = run.outcome === 'done' && problem === null ? 'rolled-back' : 'failed';
    runs.set(name, { ...run, outcome, undone, undoProblem: problem });
  }
}

/** The way back from exactly what this run did; what somebody else did since then is in the way. */
function backPlan(before: Surveyed, changed: readonly AppliedMigration[]): Planner {
  const ours = changed.map(({ number }) => number);
  const byNumber = new Map(before.migrations.map((one) => [one.number, one]));
  return (now) => {
    const { comparison, database } = now;
    const newer = comparison.applied.slice(-ours.length).map(({ number }) => number);
    if (now !== before && newer.join() !== ours.join()) {
      throw new MigrationRefused(
        'MIGRATION_OUT_OF_ORDER',
        `${database.name}: somebody else has migrated since; this run's ${ours.join(', ')} stay applied`,
      );
    }
    const undone = [...ours].reverse().map((number) => byNumber.get(number) as Migration);
    return undone.map((migration) => stepOf(migration, 'down', comparison));
  };
}
