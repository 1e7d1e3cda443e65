import type { Fleet, FleetDatabase } from '../fleet/fleet.js';
import { select } from '../fleet/fleet-order.js';
import type { FleetOptions } from '../fleet/options.js';
import { shownTarget, survey, type Surveyed } from '../fleet/preflight.js';
import { exitCodeOf, problemOf } from '../fleet/problem.js';
import { sideBySide } from '../fleet/side-by-side.js';
import { lintSources } from '../lint/lint.js';
import { lintReport } from '../lint/report.js';
import { sourcesOf } from '../lint/sources.js';
import { preChecks } from '../precheck/pre-checks.js';
import { closeSession, openSession } from '../run/session.js';
import type { ShadowOptions } from '../shadow/shadow.js';
import { type LoadMigrations, loadOnce } from '../sources/load-once.js';
import { estimateOf, readSizes, type Sizes } from './estimate.js';
import { measuredStatements, ruledStatements } from './planned-statements.js';
import type { DatabasePlan, FleetPlanReport, PlannedStatement } from './report.js';
import { Shadows } from '../shadow/shadows.js';

export interface FleetPlanOptions extends FleetOptions {
  /** Undefined: nothing is measured. */
  shadow?: ShadowOptions | undefined;
  /** Looks in the live rows for what will fail; reads whole tables, within bounds. */
  checkData?: boolean;
}

// A shadow works on the same processors as we do.
const AT_ONCE = 3;
const EXIT_DECISION = 7;

/**
 * What `up` would run, and where; what each statement locks, rewrites and reads, measured on a shadow that
 * is where the live database is; what lint says; what the live rows will make of it. Changes nothing.
 *
 * @returns exit code 7 when rows were found that a statement will trip over, 5 when one fails on the shadow
 * @throws {MigrationRefused} FLEET_UNKNOWN_NAME
 */
export async function fleetPlan(
  fleet: Fleet,
  options: FleetPlanOptions = {},
): Promise<FleetPlanReport> {
  const selected = select(fleet.databases, options);
  const shadows = new Shadows(options.shadow?.url, selected);
  const load = loadOnce();
  try {
    const databases = await sideBySide(selected, AT_ONCE, (one) =>
      planOf(one, { ...options, shadows, load }),
    );
    const failed = exitCodeOf(databases.map(({ problem }) => problem));
    const trips = databases.some(({ checks }) => checks.some(({ level }) => level === 'error'));
    const exitCode = failed === 0 && trips ? EXIT_DECISION : failed;
    return { command: 'plan', exitCode, measured: options.shadow !== undefined, databases };
  } finally {
    await shadows.stop();
  }
}

type Rules = FleetPlanOptions & { shadows: Shadows; load: LoadMigrations };

async function planOf(database: FleetDatabase, rules: Rules): Promise<DatabasePlan> {
  const plan: DatabasePlan = {
    ...{ name: database.name, target: shownTarget(database) },
    ...{ migrations: [], lint: [], checks: [], problem: null },
  };
  try {
    const surveyed = await survey(database, rules.environment, rules.load);
    if (surveyed.comparison.pending.length > 0) await fill(plan, surveyed, rules);
    return plan;
  } catch (error) {
    return { ...plan, problem: problemOf(error) };
  }
}

async function fill(plan: DatabasePlan, surveyed: Surveyed, rules: Rules): Promise<void> {
  const { database, comparison, state, target } = surveyed;
  const { pending, applied } = comparison;
  const major = Math.trunc(state.serverVersion / 10_000);
  const shadow = rules.shadow === undefined ? null : await rules.shadows.of(major);
  const statements =
    shadow === null
      ? await ruledStatements(pending)
      : await measuredStatements(shadow, database.name, comparison);
  plan.migrations = pending.map(({ number, name, origin, up }, index) => ({
    ...{ number, name, origin, transaction: up.transactional },
    statements: statements[index] ?? null,
  }));
  const [base, judged] = [
    await sourcesOf(applied, database.migrations),
    await sourcesOf(pending, database.migrations),
  ];
  const files = await lintSources(base, judged, { target: major });
  plan.lint = lintReport(files).files.filter(({ findings }) => findings.length > 0);
  const client = await openSession(target, database.name);
  try {
    const all = plan.migrations.flatMap((migration) => migration.statements ?? []);
    if (shadow !== null) estimate(all, await readSizes(client, touched(all)));
    if (rules.checkData === true) {
      const sql = all.map((statement) => statement.sql);
      plan.checks = await preChecks(client, sql);
    }
  } finally {
    await closeSession(client);
  }
}

const touched = (all: readonly PlannedStatement[]): string[] =>
  all.flatMap(({ scans, rewrites }) => [...scans, ...rewrites]);

function estimate(all: readonly PlannedStatement[], sizes: Sizes): void {
  for (const statement of all) statement.estimateMs = estimateOf(statement, sizes);
}
