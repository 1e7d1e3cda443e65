import type { Catalogue } from '../catalogue/catalogue.js';
import type { FingerprintVerdict } from '../catalogue/recorded-fingerprint.js';
import type { Fleet, FleetDatabase } from '../fleet/fleet.js';
import { select } from '../fleet/fleet-order.js';
import type { FleetOptions } from '../fleet/options.js';
import { shownTarget } from '../fleet/preflight.js';
import { exitCodeOf, problemOf } from '../fleet/problem.js';
import type { Problem } from '../fleet/reports.js';
import { sideBySide } from '../fleet/side-by-side.js';
import { MigrationRefused } from '../refused.js';
import type { MigrationRef } from '../run/events.js';
import { loadOnce } from '../sources/load-once.js';
import type { Migration } from '../sources/migration.js';
import { expectedObjects } from './expected-objects.js';
import { lookAt, type LookRules } from './look.js';

/** One database as a monitor sees it: without a shadow, and changing nothing. */
export interface DatabaseHealth {
  name: string;
  target: string;
  connected: boolean;
  /** Identity and history are there. */
  initialized: boolean;
  current: MigrationRef | null;
  applied: MigrationRef[];
  pending: MigrationRef[];
  /** Against the fingerprint that the last run left. */
  schema: FingerprintVerdict;
  missingTables: string[];
  missingIndexes: string[];
  invalidIndexes: string[];
  /** What is wrong, in words. */
  issues: string[];
  problem: Problem | null;
}

export interface FleetHealthReport {
  command: 'health';
  exitCode: number;
  databases: DatabaseHealth[];
}

const DATABASES_AT_ONCE = 8;
const NOT_CONNECTED = ['UNREACHABLE', 'CREDENTIALS_REFUSED', 'DATABASE_NOT_FOUND'];

/**
 * Does every database have the tables and indexes of its applied migrations, and the schema that the last
 * run left? What should be there is read out of the migrations' SQL.
 *
 * @throws {MigrationRefused} FLEET_UNKNOWN_NAME only; all else is in the report, DRIFT_FOUND too
 */
export async function fleetHealth(
  fleet: Fleet,
  options: FleetOptions = {},
): Promise<FleetHealthReport> {
  const rules = { environment: options.environment, load: loadOnce() };
  const databases = await sideBySide(select(fleet.databases, options), DATABASES_AT_ONCE, (one) =>
    healthOf(one, rules),
  );
  const exitCode = exitCodeOf(databases.map(({ problem }) => problem));
  return { command: 'health', exitCode, databases };
}

const refsOf = (migrations: readonly Migration[]): MigrationRef[] =>
  migrations.map(({ number, name }) => ({ number, name }));

async function healthOf(database: FleetDatabase, rules: LookRules): Promise<DatabaseHealth> {
  try {
    const { surveyed, schema, verdict } = await lookAt(database, rules);
    const { applied, pending } = surveyed.comparison;
    const found = await partsOf(applied, schema.catalogue, verdict);
    const issues = issuesOf(database.name, found, verdict);
    const health = {
      ...unseen(database),
      connected: true,
      initialized: true,
      current: refsOf(applied).at(-1) ?? null,
      applied: refsOf(applied),
      pending: refsOf(pending),
      schema: verdict,
      ...found,
      issues,
    };
    return { ...health, problem: issues.length === 0 ? null : driftFound(database.name, issues) };
  } catch (error) {
    return refused(database, rules, problemOf(error));
  }
}

function unseen(database: FleetDatabase): DatabaseHealth {
  return {
    name: database.name,
    target: shownTarget(database),
    connected: false,
    initialized: false,
    current: null,
    applied: [],
    pending: [],
    schema: 'unknown',
    missingTables: [],
    missingIndexes: [],
    invalidIndexes: [],
    issues: [],
    problem: null,
  };
}

/** A database that `fp databases create` has not seen yet has everything still to come. */
async function refused(
  database: FleetDatabase,
  { load }: LookRules,
  problem: Problem,
): Promise<DatabaseHealth> {
  const connected = !NOT_CONNECTED.includes(problem.code);
  const initialized = connected && problem.code !== 'IDENTITY_MISSING';
  const pending = initialized ? [] : await load(database.migrations).catch(() => []);
  const known = { ...unseen(database), connected, initialized, pending: refsOf(pending) };
  return { ...known, issues: [`${problem.code} ${problem.message}`], problem };
}

type Parts = Pick<DatabaseHealth, 'missingTables' | 'missingIndexes' | 'invalidIndexes'>;

/** Where the fingerprint is the one that the last run left, nothing can be missing, whatever the SQL seems to say. */
async function partsOf(
  applied: readonly Migration[],
  catalogue: Catalogue,
  verdict: FingerprintVerdict,
): Promise<Parts> {
  const invalidIndexes = Object.entries(catalogue)
    .filter(([, { valid }]) => valid === false)
    .map(([key]) => key);
  if (verdict === 'same') return { missingTables: [], missingIndexes: [], invalidIndexes };
  const { tables, indexes } = await expectedObjects(applied);
  const live = indexesIn(catalogue);
  const missingTables = [...tables].filter((table) => catalogue[`table ${table}`] === undefined);
  const missingIndexes = [...indexes]
    .filter(([index, { table }]) => !live.has(index) && !missingTables.includes(table))
    .map(([index]) => index);
  return {
    missingTables: missingTables.sort(),
    missingIndexes: missingIndexes.sort(),
    invalidIndexes,
  };
}

/** An index that a constraint made is told with the constraint, whose name it has. */
function indexesIn(catalogue: Catalogue): Set<string> {
  const names = Object.entries(catalogue).flatMap(([key, { definition }]) => {
    const [, kind, name = ''] = /^(index|constraint) (.*)$/.exec(key) ?? [];
    if (kind === 'index') return [name];
    if (kind === undefined || typeof definition !== 'string') return [];
    if (!/^(PRIMARY KEY|UNIQUE|EXCLUDE)/.test(definition)) return [];
    const parts = name.match(/"(?:[^"]|"")*"|[^.]+/g) ?? [];
    return [`${parts[0]}.${parts.at(-1)}`];
  });
  return new Set(names);
}

function issuesOf(name: string, parts: Parts, verdict: FingerprintVerdict): string[] {
  const issues = [
    ...parts.missingTables.map((table) => `table ${table} is missing`),
    ...parts.missingIndexes.map((index) => `index ${index} is missing`),
    ...parts.invalidIndexes.map((index) => `${index} is INVALID`),
  ];
  if (verdict !== 'different') return issues;
  const more = `the schema is not the one that the last run left; what differs:  npx fp migrate drift --only ${name}`;
  return [...issues, more];
}

function driftFound(name: string, issues: readonly string[]): Problem {
  return problemOf(new MigrationRefused('DRIFT_FOUND', `${name}: ${issues.join('; ')}`));
}
