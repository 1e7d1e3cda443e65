import type { DatabaseHealth, FleetHealthReport } from '@fusion-prime/migrator';
import pc from 'picocolors';
import { type CommonOptions, contextOf } from '../context.js';
import { print, printJson, table } from '../output.js';
import { sayTargets } from '../targets.js';
import { sayProblems } from './migrate-read.js';

export interface FormatOptions extends CommonOptions {
  format?: 'text' | 'langsense';
}

/** What langsense's own migration tool answered to `status`, key for key. */
export interface LangsenseStatus {
  initialized: boolean;
  current_version: string | null;
  pending_migrations: string[];
  applied_migrations: string[];
  schema_valid: boolean;
  schema_issues: string[];
}

/** Tables or indexes: what should be there and is not. */
export interface LangsensePart {
  healthy: boolean;
  missing: string[];
  /** Half-built indexes, which no query uses. */
  invalid?: string[];
}

export interface LangsenseHealth {
  connectivity: boolean;
  tables: LangsensePart;
  indexes: LangsensePart;
  overall_healthy: boolean;
}

const labelOf = ({ number, name }: { number: string; name: string }): string => `${number} ${name}`;

export function statusOf(health: DatabaseHealth): LangsenseStatus {
  const { initialized, current, pending, applied, issues } = health;
  return {
    initialized,
    current_version: current?.number ?? null,
    pending_migrations: pending.map(labelOf),
    applied_migrations: applied.map(labelOf),
    schema_valid: issues.length === 0,
    schema_issues: issues,
  };
}

export function healthOf(health: DatabaseHealth): LangsenseHealth {
  const { connected, initialized, missingTables, missingIndexes, invalidIndexes, issues } = health;
  const known = connected && initialized;
  const bad = missingIndexes.length + invalidIndexes.length;
  return {
    connectivity: connected,
    tables: { healthy: known && missingTables.length === 0, missing: missingTables },
    indexes: { healthy: known && bad === 0, missing: missingIndexes, invalid: invalidIndexes },
    overall_healthy: issues.length === 0,
  };
}

/** `fp migrate status --format langsense`: as status, it exits 0 while the history can be read. */
export async function langsenseStatus(options: FormatOptions): Promise<number> {
  const { databases } = await look(options);
  printJson(oneOrNamed(databases, statusOf));
  const refused = databases.find(
    ({ problem }) => problem !== null && problem.code !== 'DRIFT_FOUND',
  );
  return refused?.problem?.exitCode ?? 0;
}

/** `fp migrate health`: exits 0 when nothing is missing. */
export async function health(options: FormatOptions): Promise<number> {
  const report = await look(options);
  if (options.format === 'langsense') printJson(oneOrNamed(report.databases, healthOf));
  else if (options.json === true) printJson(report);
  else tell(report);
  return report.exitCode;
}

async function look(options: FormatOptions): Promise<FleetHealthReport> {
  const context = await contextOf(options);
  sayTargets(context);
  const { only = [], skip = [] } = options;
  const { fleetHealth } = await import('@fusion-prime/migrator');
  return fleetHealth(context.fleet, { only, skip, environment: context.environment });
}

/** langsense has one database; for several the answer is keyed by their names. */
function oneOrNamed<T>(
  databases: readonly DatabaseHealth[],
  shape: (health: DatabaseHealth) => T,
): T | Record<string, T> {
  const [only] = databases;
  if (databases.length === 1 && only !== undefined) return shape(only);
  return Object.fromEntries(databases.map((database) => [database.name, shape(database)]));
}

function tell({ databases }: FleetHealthReport): void {
  const rows = databases.map(({ name, connected, schema, applied, pending, issues }) => [
    name,
    issues.length === 0 ? 'healthy' : pc.red('unhealthy'),
    connected ? schema : 'not connected',
    String(applied.length),
    String(pending.length),
  ]);
  print(table(['DATABASE', 'STATE', 'SCHEMA', 'APPLIED', 'PENDING'], rows));
  sayProblems(databases);
}
