import type pg from 'pg';
import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { closeSession, openSession } from '../run/session.js';
import { quoteName } from '../sources/sql-quote.js';

export interface ListedDatabase {
  database: string;
  owner: string;
  encoding: string;
  sizeBytes: number;
  connections: number;
  /** Null when the database has no identity row, or this role may not read it. */
  service: string | null;
  environment: string | null;
}

/** Every database of a server that is no template, with the identity that it carries. */
export async function listDatabases(admin: DatabaseTarget): Promise<ListedDatabase[]> {
  const client = await openSession(admin, admin.database);
  try {
    const { rows } = await client.query<ListedDatabase>(`
      SELECT datname AS database, pg_get_userbyid(datdba) AS owner,
             pg_encoding_to_char(encoding) AS encoding, pg_database_size(oid)::float8 AS "sizeBytes",
             (SELECT count(*)::int FROM pg_stat_activity a WHERE a.datid = d.oid) AS connections
      FROM pg_database d WHERE NOT datistemplate AND datallowconn ORDER BY datname`);
    const listed: ListedDatabase[] = [];
    for (const row of rows) listed.push({ ...row, ...(await identityOf(admin, row.database)) });
    return listed;
  } finally {
    await closeSession(client);
  }
}

type Identity = Pick<ListedDatabase, 'service' | 'environment'>;
const UNKNOWN: Identity = { service: null, environment: null };

async function identityOf(admin: DatabaseTarget, database: string): Promise<Identity> {
  try {
    const client = await openSession({ ...admin, database }, database);
    try {
      const sql = 'SELECT service, environment FROM migrator.identity';
      return (await client.query<Identity>(sql)).rows[0] ?? UNKNOWN;
    } finally {
      await closeSession(client);
    }
  } catch {
    // Somebody else's database: it is listed, and that is all that is known.
    return UNKNOWN;
  }
}

/**
 * Drops databases with their connections, and their roles where nothing else hangs on them.
 * A name that is not there is passed over.
 *
 * @returns the databases that were dropped
 */
export async function dropDatabases(
  admin: DatabaseTarget,
  databases: readonly { database: string; roles: readonly string[] }[],
): Promise<string[]> {
  const client = await openSession(admin, admin.database);
  const dropped: string[] = [];
  try {
    for (const { database, roles } of databases) {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
        database,
      ]);
      await client.query(`DROP DATABASE IF EXISTS ${quoteName(database)} WITH (FORCE)`);
      if (rowCount === 1) dropped.push(database);
      for (const role of roles) await dropRole(client, role);
    }
    return dropped;
  } finally {
    await closeSession(client);
  }
}

// dependent_objects_still_exist: another database of this server uses the role.
const STILL_NEEDED = '2BP01';

async function dropRole(client: pg.Client, role: string): Promise<void> {
  try {
    await client.query(`DROP ROLE IF EXISTS ${quoteName(role)}`);
  } catch (error) {
    if ((error as { code?: string }).code !== STILL_NEEDED) throw error;
  }
}
