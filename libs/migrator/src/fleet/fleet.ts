import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  audienceOf,
  readDatabaseUrl,
  readTextFile,
  showTarget,
  type DatabaseTarget,
} from '@fusion-prime/database/connection';
import { Environment } from '@fusion-prime/kernel/environment';
import { parseFleet, type FleetEntry, type FleetFile } from './fleet-file.js';
import { inOrder } from './fleet-order.js';
import { MigrationRefused } from '../refused.js';
import type { Variables } from './template.js';

// The door `@fusion-prime/migrator/fleet`: what a program needs to say where it will look, without the engine.
export { select } from './fleet-order.js';

export interface FleetDatabase {
  /** Also the service that its identity row must name. */
  name: string;
  database: string;
  /** The variables that hold the URLs: named in messages. */
  urlVariable: string;
  migrateUrlVariable: string;
  /** Runtime role; undefined when its variable is not set. */
  url?: DatabaseTarget | undefined;
  /** Owner role; undefined when its variable is not set. */
  migrateUrl?: DatabaseTarget | undefined;
  /** Absolute path of the migrations. */
  migrations: string;
  /** Absolute path of the built module with the list `entities`; undefined where none is named. */
  entities?: string | undefined;
  dependsOn: string[];
  labels: Record<string, string>;
}

/** The databases of one deployment, in the order in which they are migrated. */
export interface Fleet {
  file: string;
  databases: FleetDatabase[];
  /** Services that the file lists and that have none: shown, and skipped by every command. */
  withoutDatabase?: string[];
  /** What is doubtful about the URLs, without any of them. */
  warnings?: string[];
}

export interface LoadFleetOptions {
  /** Takes SQLAlchemy's `postgresql+driver://` when a Python deployment is adopted. */
  acceptSqlalchemy?: boolean;
  /** Where templates find their items, when that is not where the URLs are. */
  itemVariables?: Variables;
}

/**
 * Reads `fleet.yaml` and the URLs that its variables hold. Connects to nothing.
 *
 * @throws {MigrationRefused} FLEET_NOT_FOUND, FLEET_INVALID, FLEET_DUPLICATE, FLEET_CYCLE,
 *   FLEET_UNKNOWN_NAME, FLEET_URL_INVALID (all bad URLs at once), FLEET_SAME_URL
 * @example loadFleet('migrations/fleet.yaml', process.env).databases.map((d) => d.name)
 */
export function loadFleet(file: string, vars: Variables, options: LoadFleetOptions = {}): Fleet {
  if (!existsSync(file)) {
    throw new MigrationRefused('FLEET_NOT_FOUND', `${file} does not exist: name one with --fleet`);
  }
  const found = readEntries(file, options.itemVariables ?? vars);
  const entries = inOrder(found.entries, found.withoutDatabase);
  const folder = dirname(resolve(file));
  const env = new Environment(vars, readTextFile);
  const acceptSqlalchemy = options.acceptSqlalchemy === true || found.acceptSqlalchemyUrls;
  const databases = entries.map((entry) => withTargets(entry, folder, { env, acceptSqlalchemy }));
  if (env.problems.length > 0) {
    throw new MigrationRefused('FLEET_URL_INVALID', told(env.problems).join('\n'));
  }
  demandDistinct(databases);
  const { withoutDatabase } = found;
  return { file, databases, withoutDatabase, warnings: told(env.warnings) };
}

/** Each once, though a variable is read twice where one role serves for both. */
function told(problems: Environment['problems']): string[] {
  return [...new Set(problems.map((p) => `${p.var}: ${p.code} ${p.reason} (${p.hint})`))];
}

// A command asks twice, for the names of the variables and for what they hold; YAML takes its time.
const lastRead = new WeakMap<Variables, { file: string; text: string; found: FleetFile }>();

function readEntries(file: string, variables: Variables): FleetFile {
  const text = readFileSync(file, 'utf8');
  const last = lastRead.get(variables);
  if (last?.file === file && last.text === text) return last.found;
  const found = parseFleet(text, file, variables);
  lastRead.set(variables, { file, text, found });
  return found;
}

/** The names of every variable from which a fleet takes a URL. */
export function fleetVariables(file: string, variables: Variables = {}): string[] {
  if (!existsSync(file)) return [];
  const { entries } = readEntries(file, variables);
  return entries.flatMap(({ url, migrateUrl }) => [url, migrateUrl ?? url]);
}

function withTargets(
  entry: FleetEntry,
  folder: string,
  { env, acceptSqlalchemy }: { env: Environment; acceptSqlalchemy: boolean },
): FleetDatabase {
  const { name, database, dependsOn, labels } = entry;
  const migrateUrlVariable = entry.migrateUrl ?? entry.url;
  const audience = audienceOf(env.raw('NODE_ENV'), 'tool');
  const read = (variable: string): DatabaseTarget | undefined =>
    env.raw(variable) === undefined && env.raw(`${variable}_FILE`) === undefined
      ? undefined
      : readDatabaseUrl(env, { variable, audience, allowLoopback: true, acceptSqlalchemy });
  return {
    name,
    database,
    urlVariable: entry.url,
    migrateUrlVariable,
    url: read(entry.url),
    migrateUrl: read(migrateUrlVariable),
    migrations: resolve(folder, entry.migrations),
    entities: entry.entities === undefined ? undefined : resolve(folder, entry.entities),
    dependsOn,
    labels,
  };
}

/** The same place written in two ways is still one database. */
function placeOf({ host, port, database }: DatabaseTarget): string {
  const name = host.toLowerCase();
  return `${['localhost', '::1'].includes(name) ? '127.0.0.1' : name}:${port}/${database}`;
}

function demandDistinct(databases: readonly FleetDatabase[]): void {
  for (const key of ['url', 'migrateUrl'] as const) {
    const seen = new Map<string, string>();
    for (const { name, [key]: target } of databases) {
      if (target === undefined) continue;
      const other = seen.get(placeOf(target));
      if (other !== undefined) {
        throw new MigrationRefused(
          'FLEET_SAME_URL',
          `${other} and ${name} both point at ${showTarget(target)}: each has a database of its own`,
        );
      }
      seen.set(placeOf(target), name);
    }
  }
}
