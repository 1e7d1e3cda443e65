import { resolve } from 'node:path';
import type { Fleet, FleetRunOptions, FleetRunReport } from '@fusion-prime/migrator';
import { backupRules } from '../backup-rules.js';
import { confirmTarget } from '../confirm.js';
import { type CommonOptions, type Context, contextOf, isLocal } from '../context.js';
import { gitSha } from '../git-sha.js';
import { onInterruption } from '../interruption.js';
import { print, printJson, say } from '../output.js';
import { CommandRefused } from '../refusal.js';
import { printReportLine, reportingOf } from '../reporting.js';
import { sayTargets } from '../targets.js';
import { sayProblems } from './migrate-read.js';

export interface RunOptions extends CommonOptions {
  onError: 'stop' | 'continue';
  parallel: number;
  skipUnreachable?: boolean;
  lockWait?: number;
  lockTimeout?: string;
  retryBudget?: number;
  allowDataLoss?: boolean;
  lint?: boolean;
  backup?: string;
  backupCommand?: string;
  notify?: string;
  notifyAlways?: boolean;
  jsonLines?: boolean;
  /** Of `up` alone. */
  rollbackOnFailure?: boolean;
  promotedFrom?: string;
  /** Of `down` alone. */
  steps?: number;
  to?: string;
}

const MS_PER_SECOND = 1_000;

export async function up(options: RunOptions): Promise<number> {
  return change(options, 'migrate', async (context, run) => {
    const { fleetUp } = await import('@fusion-prime/migrator/run');
    const gate = await promotionGate(options);
    return fleetUp(context.fleet, { ...run, ...gate });
  });
}

/** The fleet in which everything must stand first; its URLs come from its own variables. */
async function promotionGate({ promotedFrom }: RunOptions): Promise<{ promotedFrom?: Fleet }> {
  if (promotedFrom === undefined) return {};
  const { loadFleet } = await import('@fusion-prime/migrator/fleet');
  const fleet = loadFleet(resolve(promotedFrom), process.env);
  say(`what is applied there decides, ${promotedFrom}:`);
  sayTargets(fleet);
  return { promotedFrom: fleet };
}

export async function down(options: RunOptions & { steps?: number; to?: string }): Promise<number> {
  const { steps, to } = options;
  const how = { ...(steps !== undefined && { steps }), ...(to !== undefined && { to }) };
  return change(options, 'undo migrations of', async (context, run) => {
    const { fleetDown } = await import('@fusion-prime/migrator/run');
    return fleetDown(context.fleet, { ...run, ...how });
  });
}

type Run = (context: Context, options: FleetRunOptions) => Promise<FleetRunReport>;

async function change(options: RunOptions, verb: string, run: Run): Promise<number> {
  if (options.json === true && options.jsonLines === true) {
    throw new CommandRefused('USAGE', 'stdout is one document (--json) or lines (--json-lines)');
  }
  const context = await contextOf(options);
  sayTargets(context);
  const { env, yes } = options;
  const names = context.databases.map(({ name }) => name).join(', ');
  const local = context.databases.every(isLocal);
  await confirmTarget({ what: `${verb} ${names}`, local, env, yes });
  const notify = await notifierFor(options, context);
  const report = await observed(options, context, run);
  if (options.jsonLines === true) printReportLine(report);
  else if (options.json === true) printJson(report);
  else tell(report, options);
  await notify(report);
  return report.exitCode;
}

/** Loaded only where somebody wants to be notified. */
async function notifierFor(
  options: RunOptions,
  context: Context,
): Promise<(report: FleetRunReport) => Promise<void>> {
  if (options.notify === undefined) return async () => undefined;
  const { notifierOf } = await import('../notify.js');
  return notifierOf(options, context);
}

async function observed(options: RunOptions, context: Context, run: Run): Promise<FleetRunReport> {
  const signals = onInterruption(options.rollbackOnFailure === true);
  const rules = runOptions(options, context);
  const reporting = await reportingOf(options, context.databases.length);
  try {
    return await run(context, { ...rules, ...signals, reporter: reporting.reporter });
  } finally {
    reporting.end();
  }
}

function runOptions(options: RunOptions, { environment }: Context): FleetRunOptions {
  const backup = backupRules({ directory: options.backup, command: options.backupCommand });
  const { only = [], skip = [], onError, parallel, lockWait, lockTimeout, retryBudget } = options;
  return {
    only,
    skip,
    environment,
    onError,
    parallel,
    allowDataLoss: options.allowDataLoss === true,
    lint: options.lint !== false,
    rollbackOnFailure: options.rollbackOnFailure === true,
    skipUnreachable: options.skipUnreachable === true,
    gitSha: gitSha(),
    ...(backup !== undefined && { backup }),
    ...(lockWait !== undefined && { lockWaitMs: lockWait * MS_PER_SECOND }),
    ...(lockTimeout !== undefined && { lockTimeout }),
    ...(retryBudget !== undefined && { retryBudgetMs: retryBudget * MS_PER_SECOND }),
  };
}

/** The three lists, and how to go on. */
function tell(report: FleetRunReport, options: RunOptions): void {
  sayProblems(report.databases);
  sayProblems(report.databases.map(({ undoProblem }) => ({ problem: undoProblem })));
  const changes = (name: string): number =>
    report.databases.find((run) => run.name === name)?.changed.length ?? 0;
  const line = (title: string, names: readonly string[]): void =>
    print(`${title} ${names.map((name) => `${name} (${changes(name)})`).join(', ') || '-'}`);
  line('done:     ', report.done);
  line('failed:   ', report.failed);
  line('untouched:', report.untouched);
  if (report.rolledBack.length > 0) line('rolled back:', report.rolledBack);
  const { withoutDatabase } = report;
  if (withoutDatabase.length > 0) print(`no database: ${withoutDatabase.join(', ')}`);
  if (report.next !== null) say(`go on with:  npx ${report.next}${sameTarget(options)}`);
}

/** The options without which the next command would mean another target, or another version. */
function sameTarget({ fleet, env, steps, to }: RunOptions): string {
  const named = Object.entries({ fleet, env, steps, to });
  return named.map(([name, value]) => (value === undefined ? '' : ` --${name} ${value}`)).join('');
}
