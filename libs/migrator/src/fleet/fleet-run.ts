import { backUpChanges } from '../backup/back-up-changes.js';
import { demandNoLoss } from '../backup/demand-no-loss.js';
import type { Direction } from '../run/events.js';
import { loadOnce } from '../sources/load-once.js';
import type { Fleet } from './fleet.js';
import {
  type Check,
  checkDatabase,
  type CheckRules,
  type Demand,
  newRun,
  notRun,
} from './fleet-check.js';
import { demandExtensions } from './extensions.js';
import { demandLint } from '../lint/demand-lint.js';
import { othersOf, select } from './fleet-order.js';
import { downPlan, upPlan } from './fleet-plan.js';
import { applyRules, type FleetRunOptions } from './options.js';
import { inspect } from './inspect.js';
import { shownTarget, type Surveyed } from './preflight.js';
import { openSession } from '../run/session.js';
import type { DatabaseRun, FleetRunReport, Problem } from './reports.js';
import { type Planner, runDatabase, type RunRules } from './run-database.js';
import { demandPromoted } from './promotion.js';
import { demandWaysBack, rollBackRun } from './roll-back.js';
import { runReport } from './run-report.js';
import { schedule } from './schedule.js';
import { Sessions } from './sessions.js';
import { sideBySide } from './side-by-side.js';

/** `down` goes back one step per database unless told otherwise. */
export interface FleetDownOptions extends FleetRunOptions {
  steps?: number;
  /** The number that stays applied; everything newer is undone. */
  to?: string;
}

// Enough to hide the round trips, few enough for a server with 100 connections.
export const CHECKS_AT_ONCE = 8;
const EXIT_UNREACHABLE = 9;

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
  return runFleet(fleet, { command: 'up', options, plan: upPlan });
}

/** Undoes migrations, newest first, dependents before what they depend on. */
export async function fleetDown(
  fleet: Fleet,
  options: FleetDownOptions = {},
): Promise<FleetRunReport> {
  return runFleet(fleet, { command: 'down', options, plan: downPlan(options) });
}

interface FleetRun {
  command: Direction;
  options: FleetRunOptions;
  plan: Planner;
}

async function runFleet(
  fleet: Fleet,
  { command, options, plan }: FleetRun,
): Promise<FleetRunReport> {
  const startedAt = new Date();
  const selected = select(fleet.databases, { ...options, withoutDatabase: fleet.withoutDatabase });
  const sessions = new Sessions();
  const { environment } = options;
  const rules: RunRules = { apply: applyRules(options), environment, plan, sessions };
  const goesBack = command === 'up' && options.rollbackOnFailure === true;
  const demands = demandsOf(options, goesBack);
  const check: CheckRules = { run: rules, load: loadOnce(), demands, sessions };
  const checks = await sideBySide(selected, CHECKS_AT_ONCE, (one) => checkDatabase(one, check));
  const runs = new Map(checks.map((one) => [one.database.name, notRun(one)]));
  try {
    if (!checks.some(({ problem }) => isFatal(problem, options))) {
      await changeAll(checks, { command, options, rules, runs, goesBack });
    }
  } finally {
    await sessions.closeAll();
  }
  const withoutDatabase = othersOf(fleet, options);
  return runReport({ command, databases: [...runs.values()], rules, startedAt, withoutDatabase });
}

interface WholeRun {
  command: Direction;
  options: FleetRunOptions;
  rules: RunRules;
  runs: Map<string, DatabaseRun>;
  goesBack: boolean;
}

/** Everything is known to be in order: back up, change, and go back where that was promised. */
async function changeAll(checks: readonly Check[], run: WholeRun): Promise<void> {
  const { options, rules, runs, goesBack } = run;
  const { backup, rollbackSignal: signal } = options;
  const backups =
    backup === undefined
      ? new Map<string, string>()
      : await backUpChanges(checks, { backup, rules, runs });
  if (backups === null) return;
  const ended = await runAll(checks, { ...run, rules: { ...rules, backups } });
  if (ended || !goesBack) return;
  const surveyed = checks.flatMap((one) => (one.surveyed === null ? [] : [one.surveyed]));
  await rollBackRun({ surveyed, runs, rules: { ...rules, backups }, signal });
}

/** What must hold in every database before one is changed. */
function demandsOf(options: FleetRunOptions, goesBack: boolean): Demand[] {
  const { allowDataLoss = false, backup, promotedFrom, lint = true } = options;
  return [
    ...(goesBack ? [demandWaysBack] : []),
    ...(promotedFrom === undefined ? [] : [demandPromoted(promotedFrom)]),
    demandExtensions,
    demandNoLoss({ allowDataLoss, backsUp: backup !== undefined }),
    ...(lint ? [demandLint()] : []),
  ];
}

function isFatal(problem: Problem | null, { skipUnreachable = false }: FleetRunOptions): boolean {
  if (problem === null) return false;
  return !(skipUnreachable && problem.exitCode === EXIT_UNREACHABLE);
}

/** @returns whether every database was brought to where it should be */
async function runAll(
  checks: readonly Check[],
  { command, options, rules, runs }: WholeRun,
): Promise<boolean> {
  const ready = checks.flatMap(({ surveyed }) => (surveyed === null ? [] : [surveyed]));
  const inTurn = command === 'up' ? ready : [...ready].reverse();
  const after = waitsFor(checks, command);
  const items = inTurn.map((surveyed) => {
    const { name } = surveyed.database;
    return { name, after: after.get(name) ?? [], surveyed };
  });
  const { parallel = 1, onError = 'stop' } = options;
  const succeeded = new Set<string>();
  const stopped = (): boolean => rules.apply.signal?.aborted === true;
  await schedule(items, { parallel, onError, stopped }, async (item) => {
    const { name, surveyed } = item;
    prepareNext(items[items.indexOf(item) + parallel]?.surveyed, rules);
    const { changed, problem } = await runDatabase(surveyed, rules);
    const outcome = problem === null ? 'done' : 'failed';
    const target = shownTarget(surveyed.database);
    runs.set(name, { ...newRun({ name, target }), outcome, changed, problem });
    if (problem === null) succeeded.add(name);
    return problem === null;
  });
  return succeeded.size === items.length;
}

/** A login and a first look cost as much as a small migration, and can be had while another one runs. */
function prepareNext(next: Surveyed | undefined, rules: RunRules): void {
  if (next === undefined || rules.plan(next).length === 0) return;
  const { target, database } = next;
  rules.sessions.prepare(database.name, async () => {
    const client = await openSession(target, database.name);
    await inspect(client, database.name).catch(() => undefined);
    return client;
  });
}

/** Up: what a database depends on comes first. Down: what depends on it. */
function waitsFor(checks: readonly Check[], command: Direction): Map<string, string[]> {
  const after = new Map<string, string[]>(checks.map(({ database }) => [database.name, []]));
  for (const { database } of checks) {
    for (const other of database.dependsOn) {
      if (command === 'up') after.get(database.name)?.push(other);
      else after.get(other)?.push(database.name);
    }
  }
  return after;
}
