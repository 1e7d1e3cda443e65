import { MigrationRefused } from '../refused.js';
import type { Step } from '../run/apply.js';
import { demandRunnable } from '../run/resume.js';
import type { LoadMigrations } from '../sources/load-once.js';
import { label } from '../sources/migration.js';
import type { FleetDatabase } from './fleet.js';
import { preflight, shownTarget, type Surveyed } from './preflight.js';
import { problemOf } from './problem.js';
import type { DatabaseRun, Problem } from './reports.js';
import type { RunRules } from './run-database.js';
import type { Sessions } from './sessions.js';

/** What the preflight found out about one database. */
export interface Check {
  database: FleetDatabase;
  surveyed: Surveyed | null;
  /** How many steps the run would take here. */
  steps: number;
  problem: Problem | null;
}

/** Something that must hold before a database is changed, beyond the engine's own demands. */
export type Demand = (surveyed: Surveyed, steps: readonly Step[]) => Promise<void>;

export interface CheckRules {
  run: RunRules;
  load: LoadMigrations;
  sessions: Sessions;
  demands: readonly Demand[];
}

/** Everything that can be known to be wrong with a database before anything is changed anywhere. */
export async function checkDatabase(database: FleetDatabase, rules: CheckRules): Promise<Check> {
  const { apply, environment, plan } = rules.run;
  const { emit, signal, lockWaitMs: waitMs } = apply;
  const { name } = database;
  emit({ type: 'checking', database: name, target: shownTarget(database) });
  try {
    const surveyed = await preflight(database, environment, {
      waitMs,
      signal,
      onHolder: (holder) => emit({ type: 'lock-busy', database: name, holder }),
      load: rules.load,
      sessions: rules.sessions,
    });
    const steps = plan(surveyed);
    demandTwoWays(name, steps);
    for (const step of steps) await demandRunnable(name, step, surveyed.state.holder);
    for (const demand of rules.demands) await demand(surveyed, steps);
    return { database, surveyed: lean(surveyed), steps: steps.length, problem: null };
  } catch (error) {
    return { database, surveyed: null, steps: 0, problem: problemOf(error) };
  }
}

function demandTwoWays(database: string, steps: readonly Step[]): void {
  const oneWay = steps.find(({ migration, direction }) => migration[direction] === null);
  if (oneWay === undefined) return;
  const message = `${database}: ${label(oneWay.migration)} has no way back; nothing was changed`;
  throw new MigrationRefused('MIGRATION_IRREVERSIBLE', message);
}

/** The rows were compared; keeping them of every database until the end would be the run's memory. */
function lean(surveyed: Surveyed): Surveyed {
  const { state } = surveyed;
  return { ...surveyed, state: { ...state, history: { head: state.history.head, rows: [] } } };
}

/** A database that nothing was done with so far. */
export function newRun(known: Pick<DatabaseRun, 'name' | 'target'>): DatabaseRun {
  const nothing = { changed: [], undone: [], undoProblem: null, problem: null };
  return { ...known, outcome: 'untouched', ...nothing };
}

export function notRun({ database, problem }: Check): DatabaseRun {
  const outcome = problem === null ? 'untouched' : 'failed';
  const target = shownTarget(database);
  return { ...newRun({ name: database.name, target }), outcome, problem };
}
