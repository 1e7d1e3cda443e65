import type { DatabasePlan, PlannedMigration, PlannedStatement } from '@fusion-prime/migrator';
import pc from 'picocolors';
import { type CommonOptions, contextOf } from '../context.js';
import { print, printJson, say } from '../output.js';
import { shadowOptions } from '../shadow.js';
import { sayTargets } from '../targets.js';
import { sayProblems, selection } from './migrate-read.js';

export interface PlanOptions extends CommonOptions {
  /** False for `--no-shadow`. */
  shadow: boolean;
  checkData?: boolean;
}

const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;

/** What `up` would run and what that does to the live tables; SQL on stdout, remarks as its comments. */
export async function plan(options: PlanOptions): Promise<number> {
  const context = await contextOf(options);
  sayTargets(context);
  const { fleetPlan } = await import('@fusion-prime/migrator');
  const report = await fleetPlan(context.fleet, {
    ...selection(options, context),
    shadow: options.shadow ? shadowOptions() : undefined,
    checkData: options.checkData === true,
  });
  if (options.json === true) {
    printJson(report);
    return report.exitCode;
  }
  for (const database of report.databases) if (database.problem === null) tell(database);
  sayProblems(report.databases);
  return report.exitCode;
}

function tell(plan: DatabasePlan): void {
  const { name, migrations, lint, checks } = plan;
  const about = estimateOf(migrations);
  const count = `${migrations.length} migration${migrations.length === 1 ? '' : 's'}`;
  const size = migrations.length === 0 ? 'nothing to do' : `${count}${about}`;
  print(pc.bold(`-- ${name}: ${size}`));
  for (const migration of migrations) print(migrationText(migration));
  for (const { file, findings } of lint) {
    for (const { line, level, rule, message } of findings) {
      say(`${pc.yellow(`${file}:${line}`)} ${level} ${rule}: ${message}`);
    }
  }
  for (const { level, message } of checks) {
    say(`${level === 'error' ? pc.red(name) : pc.yellow(name)}: ${message}`);
  }
}

function estimateOf(migrations: readonly PlannedMigration[]): string {
  const known = migrations
    .flatMap(({ statements }) => statements ?? [])
    .map(({ estimateMs }) => estimateMs);
  if (known.length === 0 || known.includes(null)) return '';
  return `, about ${spoken(known.reduce<number>((sum, ms) => sum + (ms ?? 0), 0))} of work`;
}

function spoken(ms: number): string {
  const seconds = Math.ceil(ms / MS_PER_SECOND);
  return seconds < 2 * SECONDS_PER_MINUTE
    ? `${seconds} s`
    : `${Math.round(seconds / SECONDS_PER_MINUTE)} min`;
}

function migrationText({ number, name, transaction, statements }: PlannedMigration): string {
  const title = `-- ${number} ${name}${transaction ? '' : ' (outside a transaction)'}`;
  if (statements === null) return `${title}: a class whose queries only a shadow can tell`;
  return [title, ...statements.flatMap(statementText)].join('\n');
}

function statementText({ sql, locks, rewrites, scans, measured }: PlannedStatement): string[] {
  const effects = [
    ...locked(locks),
    ...rewrites.map((table) => `rewrites ${table}`),
    ...scans.map((table) => `reads all of ${table}`),
  ];
  if (effects.length === 0) return [`${sql};`];
  return [`${sql};`, `--   ${measured ? '' : 'by rule: '}${effects.join(' · ')}`];
}

/** Each relation once, with every mode in which it is locked. */
function locked(locks: PlannedStatement['locks']): string[] {
  const relations = [...new Set(locks.map(({ relation }) => relation))];
  const modesOf = (name: string): string =>
    locks.flatMap(({ relation, mode }) => (relation === name ? [mode] : [])).join(', ');
  return relations.map((name) => `locks ${name} ${modesOf(name)}`);
}
