import type { Step } from '../run/apply.js';
import type { Comparison } from '../history/compare.js';
import type { Direction } from '../run/events.js';
import type { Fleet, FleetDatabase } from './fleet.js';
import { select } from './fleet-order.js';
import { compareNumbers, label, type Migration } from '../sources/migration.js';
import { applyRules, type FleetRunOptions } from './options.js';
import { preflight, shownTarget, type Surveyed } from './preflight.js';
import { exitCodeOf, problemOf } from './problem.js';
import { MigrationRefused } from '../refused.js';
import type { DatabaseRun, FleetRunReport, Problem } from './reports.js';
import { demandRunnable } from '../run/resume.js';
import { type Planner, runDatabase, type RunRules } from './run-database.js';
import { schedule } from './schedule.js';
import { sideBySide } from './side-by-side.js';

/** `down` goes back one step per database unless told otherwise. */
export interface FleetDownOptions extends FleetRunOptions {
  steps?: number;
  /** The number that stays applied; everything newer is undone. */
  to?: string;
}

// Enough to hide the round trips, few enough for a server with 100 connections.
export const CHECKS_AT_ONCE = 8;
const EXIT_PARTLY_FAILED = 6;
const EXIT_UNREACHABLE = 9;
const EXIT_INTERRUPTED = 143;

/**
 * Brings every database of the fleet to its newest migration, in turn. Everything is checked everywhere
 * before anything is changed anywhere; there is no atomicity across databases, and the report says
 * which are done, which failed and which were not touched.
 *
 * @throws {MigrationRefused} FLEET_UNKNOWN_NAME only; all else is in the report
 * @example const { exitCode } = await fleetUp(loadFleet(file, process.env), { environment: 'staging' });
 */
export async function fleetUp(
  fleet: Fleet,
  options: FleetRunOptions = {},
): Promise<FleetRunReport> {
  const plan: Planner = ({ comparison }) =>
    comparison.pending.map((migration) => stepOf(migration, 'up', comparison));
  return runFleet('up', fleet, { options, plan });
}

/** Undoes migrations, newest first, dependents before what they depend on. */
export async function fleetDown(
  fleet: Fleet,
  options: FleetDownOptions = {},
): Promise<FleetRunReport> {
  return runFleet('down', fleet, { options, plan: downPlan(options) });
}

function stepOf(migration: Migration, direction: Direction, { unfinished }: Comparison): Step {
  const begun = unfinished?.migration === migration ? unfinished.direction : null;
  return { migration, direction, unfinished: begun };
}

function downPlan({ steps = 1, to }: FleetDownOptions): Planner {
  return ({ comparison, database }) => {
    const begun = comparison.unfinished === null ? [] : [comparison.unfinished.migration];
    const newestFirst = [...comparison.applied, ...begun].reverse();
    if (to !== undefined && !comparison.applied.some(({ number }) => number === to)) {
      const message = `${database.name}: ${to} is not applied here, so nothing can go back to it`;
      throw new MigrationRefused('UNKNOWN_VERSION', message);
    }
    const undone =
      to === undefined
        ? newestFirst.slice(0, steps)
        : newestFirst.filter(({ number }) => compareNumbers(number, to) > 0);
    return undone.map((migration) => stepOf(migration, 'down', comparison));
  };
}

interface FleetRun {
  options: FleetRunOptions;
  plan: Planner;
}

async function runFleet(
  command: 'up' | 'down',
  fleet: Fleet,
  { options, plan }: FleetRun,
): Promise<FleetRunReport> {
  const startedAt = new Date();
  const selected = select(fleet.databases, options);
  const rules: RunRules = {
    apply: applyRules(options),
    environment: options.environment,
    plan,
  };
  const checks = await sideBySide(selected, CHECKS_AT_ONCE, (one) => check(one, rules, command));
  const runs = new Map(checks.map((one) => [one.database.name, notRun(one)]));
  if (!checks.some(({ problem }) => isFatal(problem, options))) {
    await runAll(command, checks, { options, rules, runs });
  }
  return report(command, [...runs.values()], { rules, startedAt });
}

interface Check {
  database: FleetDatabase;
  surveyed: Surveyed | null;
  problem: Problem | null;
}

/** Everything that can be known to be wrong with a database before anything is changed. */
async function check(
  database: FleetDatabase,
  rules: RunRules,
  direction: 'up' | 'down',
): Promise<Check> {
  const { emit, signal } = rules.apply;
  emit({ type: 'checking', database: database.name, target: shownTarget(database) });
  try {
    const surveyed = await preflight(database, rules.environment, {
      waitMs: rules.apply.lockWaitMs,
      signal,
      onHolder: (holder) => emit({ type: 'lock-busy', database: database.name, holder }),
    });
    const steps = rules.plan(surveyed);
    const oneWay = steps.find(({ migration }) => migration[direction] === null)?.migration;
    if (oneWay !== undefined) {
      const message = `${database.name}: ${label(oneWay)} has no way back; nothing was changed`;
      throw new MigrationRefused('MIGRATION_IRREVERSIBLE', message);
    }
    for (const step of steps) await demandRunnable(database.name, step, surveyed.state.holder);
    return { database, surveyed, problem: null };
  } catch (error) {
    return { database, surveyed: null, problem: problemOf(error) };
  }
}

function isFatal(problem: Problem | null, { skipUnreachable = false }: FleetRunOptions): boolean {
  if (problem === null) return false;
  return !(skipUnreachable && problem.exitCode === EXIT_UNREACHABLE);
}

function notRun({ database, problem }: Check): DatabaseRun {
  const outcome = problem === null ? 'untouched' : 'failed';
  return { name: database.name, target: shownTarget(database), outcome, changed: [], problem };
}

async function runAll(
  command: 'up' | 'down',
  checks: readonly Check[],
  {
    options,
    rules,
    runs,
  }: { options: FleetRunOptions; rules: RunRules; runs: Map<string, DatabaseRun> },
): Promise<void> {
  const ready = checks.flatMap(({ surveyed }) => (surveyed === null ? [] : [surveyed]));
  const inTurn = command === 'up' ? ready : [...ready].reverse();
  const items = inTurn.map((surveyed) => {
    const { name, dependsOn } = surveyed.database;
    const dependents = checks.filter(({ database }) => database.dependsOn.includes(name));
    const after = command === 'up' ? dependsOn : dependents.map(({ database }) => database.name);
    return { name, after, surveyed };
  });
  const { parallel = 1, onError = 'stop' } = options;
  const stopped = (): boolean => rules.apply.signal?.aborted === true;
  await schedule(items, { parallel, onError, stopped }, async ({ name, surveyed }) => {
    const { changed, problem } = await runDatabase(surveyed, rules);
    const outcome = problem === null ? 'done' : 'failed';
    const target = shownTarget(surveyed.database);
    runs.set(name, { name, target, outcome, changed, problem });
    return problem === null;
  });
}

function report(
  command: 'up' | 'down',
  databases: DatabaseRun[],
  { rules, startedAt }: { rules: RunRules; startedAt: Date },
): FleetRunReport {
  const named = (outcome: DatabaseRun['outcome']): string[] =>
    databases.filter((run) => run.outcome === outcome).map(({ name }) => name);
  const [done, failed, untouched] = [named('done'), named('failed'), named('untouched')];
  const problemCode = exitCodeOf(databases.map(({ problem }) => problem));
  const partly = done.length > 0 && problemCode !== 0;
  const interrupted = rules.apply.signal?.aborted === true && done.length < databases.length;
  const rest = databases.filter(({ outcome }) => outcome !== 'done').map(({ name }) => name);
  return {
    command,
    runId: rules.apply.run.runId,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    exitCode: interrupted ? EXIT_INTERRUPTED : partly ? EXIT_PARTLY_FAILED : problemCode,
    databases,
    done,
    failed,
    untouched,
    next: rest.length === 0 ? null : `fp migrate ${command} --only ${rest.join(',')}`,
  };
}
