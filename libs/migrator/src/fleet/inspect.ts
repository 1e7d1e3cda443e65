import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type pg from 'pg';
import { findHolder, LOCK_ROW, type LockHolder } from '../run/advisory-lock.js';
import { AS_TEXT, type History, READ_HISTORY_SQL, verifiedHistory } from '../history/history.js';
import { MigrationRefused } from '../refused.js';

/** What one look at a database tells. */
export interface DatabaseState {
  serverVersion: number;
  readOnly: boolean;
  /** Whether this role can migrate here. */
  mayMigrate: boolean;
  identity: { service: string; environment: string; databaseUuid: string };
  history: History;
  /** Who holds the engine's lock; null when nobody does, or when this session does. */
  holder: LockHolder | null;
  /** The backend that answered. */
  backendPid: number;
}

const OLDEST_SERVER = 150_000;
const NEWEST_SERVER = 190_000;

// undefined_table, invalid_schema_name: nobody ran `fp databases create` here.
const NOT_CREATED = ['42P01', '3F000'];
const NO_RIGHTS = '42501';

// Several statements in one message: a look costs one round trip, which counts with 100 databases. A new
// session pays for every function and view that is named here, so nothing is that is not needed.
const LOOK_SQL = `
  SELECT current_setting('server_version_num') AS "serverVersion",
         (pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on') AS "readOnly",
         (has_schema_privilege('public', 'CREATE')
          AND has_table_privilege('migrator.history', 'INSERT')
          AND has_table_privilege('migrator.head', 'UPDATE')) AS "mayMigrate",
         pg_backend_pid() AS "backendPid", i.service, i.environment, i.database_uuid AS "databaseUuid"
  FROM migrator.identity i;
  SELECT l.pid FROM pg_locks l WHERE ${LOCK_ROW};
  ${READ_HISTORY_SQL}`;

type Facts = Record<
  'serverVersion' | 'readOnly' | 'mayMigrate' | 'backendPid' | keyof DatabaseState['identity'],
  string
>;

/**
 * Looks at a database and verifies its history. Creates nothing.
 *
 * @throws {MigrationRefused} IDENTITY_MISSING, RIGHTS_MISSING, HISTORY_TAMPERED
 */
export async function inspect(client: pg.Client, database: string): Promise<DatabaseState> {
  const [facts, locks, history] = await look(client, database);
  const fact = facts?.rows[0] as Facts | undefined;
  if (fact === undefined) refuseUnidentified(database);
  const { service, environment, databaseUuid, backendPid } = fact;
  const holder = (locks?.rows[0] as { pid: string } | undefined)?.pid;
  return {
    serverVersion: Number(fact.serverVersion),
    readOnly: fact.readOnly === 't',
    mayMigrate: fact.mayMigrate === 't',
    identity: { service, environment, databaseUuid },
    history: verifiedHistory((history?.rows ?? []) as never[], database),
    holder: holder === undefined || holder === backendPid ? null : await findHolder(client),
    backendPid: Number(backendPid),
  };
}

async function look(client: pg.Client, database: string): Promise<pg.QueryResult[]> {
  try {
    const query = { text: LOOK_SQL, types: AS_TEXT };
    return (await client.query(query)) as unknown as pg.QueryResult[];
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    if (NOT_CREATED.includes(code)) refuseUnidentified(database);
    if (code !== NO_RIGHTS) throw error;
    throw new MigrationRefused('RIGHTS_MISSING', `${database}: ${message}: use the owner's URL`, {
      cause: error,
    });
  }
}

function refuseUnidentified(database: string): never {
  throw new MigrationRefused(
    'IDENTITY_MISSING',
    `${database}: this database does not say whose it is: run  fp databases create`,
  );
}

/** The database that somebody has in mind. */
interface Meant {
  name: string;
  environment: string | undefined;
}

/**
 * Is this the database that was meant?
 *
 * @throws {MigrationRefused} IDENTITY_MISMATCH, SERVER_VERSION
 */
export function demandIdentity({ identity, serverVersion }: DatabaseState, meant: Meant): void {
  if (identity.service !== meant.name) {
    throw new MigrationRefused(
      'IDENTITY_MISMATCH',
      `${meant.name}: this database belongs to ${identity.service}: mend the URL`,
    );
  }
  if (meant.environment !== undefined && identity.environment !== meant.environment) {
    throw new MigrationRefused(
      'IDENTITY_MISMATCH',
      `${meant.name}: this database belongs to ${identity.environment}, not to ${meant.environment}`,
    );
  }
  if (serverVersion >= OLDEST_SERVER && serverVersion < NEWEST_SERVER) return;
  throw new MigrationRefused(
    'SERVER_VERSION',
    `${meant.name}: PostgreSQL ${Math.trunc(serverVersion / 10_000)}; 15 to 18 are supported`,
  );
}

// Where a slip costs nothing. A proxy makes production look local, so what a database says of itself counts.
export const UNNAMED_ENVIRONMENTS: readonly string[] = ['development', 'test'];

/**
 * May this run change this database?
 *
 * @throws {MigrationRefused} ENVIRONMENT_NOT_NAMED, READ_ONLY, RIGHTS_MISSING
 */
export function demandWritable(
  state: DatabaseState,
  { target, name, environment }: Meant & { target: DatabaseTarget },
): void {
  const actual = state.identity.environment;
  if (environment === undefined && !UNNAMED_ENVIRONMENTS.includes(actual)) {
    throw new MigrationRefused(
      'ENVIRONMENT_NOT_NAMED',
      `${name}: this database belongs to ${actual}: say so with --env ${actual}`,
    );
  }
  if (state.readOnly) {
    throw new MigrationRefused('READ_ONLY', `${name}: the server is read-only (a replica?)`);
  }
  if (state.mayMigrate) return;
  throw new MigrationRefused(
    'RIGHTS_MISSING',
    `${name}: role ${target.user} may not migrate here: use the owner's URL`,
  );
}
