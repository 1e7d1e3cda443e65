import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type { Fleet, FleetDatabase } from '@fusion-prime/migrator';
import { say } from './output.js';
import { CommandRefused } from './refusal.js';

/** The options that every command about databases takes. */
export interface CommonOptions {
  json?: boolean;
  only?: string[];
  skip?: string[];
  fleet?: string;
  env?: string;
  yes?: boolean;
  acceptSqlalchemyUrls?: boolean;
}

export interface Context {
  fleet: Fleet;
  /** Those that the command is about. */
  databases: FleetDatabase[];
  /** What the identity rows must say; undefined when nobody said. */
  environment: string | undefined;
  /** The server's administrator, where the local platform told it. */
  adminUrl: string | undefined;
}

export const URL_FORM = 'postgresql://ROLE:PASSWORD@HOST:5432/DATABASE';
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/**
 * Finds out which databases are meant: the variables that the fleet names, or, when not one of them is set,
 * the local platform that runs in this checkout. Starts and invents nothing.
 */
export async function contextOf(options: CommonOptions): Promise<Context> {
  const { loadFleet, select } = await import('@fusion-prime/migrator/fleet');
  const file = fleetFile(options.fleet);
  const { variables, adminUrl } = await variablesOf(file);
  const fleet = loadFleet(file, variables, {
    acceptSqlalchemy: options.acceptSqlalchemyUrls === true,
  });
  for (const warning of fleet.warnings ?? []) say(`warning: ${warning}`);
  const { withoutDatabase } = fleet;
  const databases = select(fleet.databases, { ...options, withoutDatabase });
  return { fleet, databases, environment: options.env ?? process.env['FP_ENV'], adminUrl };
}

/** The databases that a command is about which asks none of them. */
export async function offlineFleet(options: CommonOptions): Promise<Fleet> {
  const { loadFleet, select } = await import('@fusion-prime/migrator/fleet');
  const fleet = loadFleet(fleetFile(options.fleet), process.env, {
    acceptSqlalchemy: options.acceptSqlalchemyUrls === true,
  });
  return { ...fleet, databases: select(fleet.databases, options) };
}

/** `--fleet`, or the fleet of the checkout that the current folder lies in. */
export function fleetFile(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const file = join(folder, 'migrations', 'fleet.yaml');
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) return resolve('migrations', 'fleet.yaml');
  }
}

interface Variables {
  variables: Record<string, string | undefined>;
  adminUrl: string | undefined;
}

async function variablesOf(file: string): Promise<Variables> {
  const { fleetVariables } = await import('@fusion-prime/migrator/fleet');
  const isSet = (name: string): boolean =>
    process.env[name] !== undefined || process.env[`${name}_FILE`] !== undefined;
  const names = fleetVariables(file, process.env);
  if (names.length === 0 || names.some(isSet)) {
    return { variables: process.env, adminUrl: undefined };
  }
  const platform = await localPlatform();
  const missing = `no database is named: set ${named(names)} of ${file} to URLs such as ${URL_FORM}`;
  if (platform === null) {
    throw new CommandRefused(
      'NO_TARGET',
      `${missing}, or start the local ones:  npm start  (everything) or  npm run db:up  (databases alone)`,
    );
  }
  // Its databases are those of the checkout; another fleet's are somewhere else.
  if (!names.some((name) => name in platform.variables)) {
    throw new CommandRefused(
      'NO_TARGET',
      `${missing}; the local platform of this checkout has none of these databases`,
    );
  }
  say(`target: the local platform of this checkout, 127.0.0.1:${platform.port}`);
  return { variables: { ...process.env, ...platform.variables }, adminUrl: platform.adminUrl };
}

function named(variables: readonly string[]): string {
  const [first, second, ...rest] = new Set(variables);
  if (rest.length > 0) return `${first} and the other variables`;
  return second === undefined ? `${first}` : `${first} and ${second}`;
}

/** The running server of this checkout; an image has neither the server nor the library that finds it. */
async function localPlatform(): Promise<
  import('@fusion-prime/postgres-server').LocalPlatform | null
> {
  try {
    const { readLocalPlatform } = await import('@fusion-prime/postgres-server');
    return readLocalPlatform();
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** Is this database on the machine that we are on? */
export function isLocal({ url, migrateUrl }: FleetDatabase): boolean {
  return [url, migrateUrl].every((target) => target === undefined || isLocalTarget(target));
}

/** Cloud SQL's socket lies on this machine, its database does not. */
export function isLocalTarget({ kind, host }: DatabaseTarget): boolean {
  return kind === 'socket' || (kind === 'tcp' && LOOPBACK.includes(host.toLowerCase()));
}
