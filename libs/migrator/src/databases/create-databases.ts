import { randomUUID } from 'node:crypto';
import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type pg from 'pg';
import { takeLock } from '../run/advisory-lock.js';
import { MIGRATOR_SCHEMA_SQL } from '../history/history-schema.js';
import { MigrationRefused } from '../refused.js';
import {
  APP_SETTINGS,
  ensureMemberships,
  ensureRole,
  OWNER_SETTINGS,
  type RoleSpec,
} from './roles.js';
import { takeOver } from './take-over.js';
import { closeSession, openSession } from '../run/session.js';
import { quoteName } from '../sources/sql-quote.js';

/** A service's database with its two roles. */
export interface DatabaseSpec {
  service: string;
  database: string;
  /** Owns the database and migrates it. */
  owner: RoleSpec;
  /** The service itself: reads and writes rows, nothing else. */
  app: RoleSpec;
}

export interface CreatedDatabase {
  service: string;
  database: string;
  /** False when it was there before; then only what was missing was added. */
  created: boolean;
  /** Whose the database was before it was taken over; null when it was not. */
  formerOwner: string | null;
  databaseUuid: string;
  environment: string;
}

// Two who create at once take turns; creating five databases takes a second or two.
const LOCK_WAIT_MS = 60_000;

export interface CreateDatabasesOptions {
  environment: string;
  /** Takes databases over that somebody else made, with all that is in them; default false. */
  existing?: boolean;
}

/**
 * Makes roles, databases, grants and identity rows; running it again changes nothing but passwords.
 *
 * @param admin a role that may create roles and databases, connected to any database
 * @throws {MigrationRefused} ADMIN_RIGHTS, IDENTITY_MISMATCH, LOCK_BUSY, UNREACHABLE
 */
export async function createDatabases(
  admin: DatabaseTarget,
  databases: readonly DatabaseSpec[],
  options: CreateDatabasesOptions,
): Promise<CreatedDatabase[]> {
  const client = await openSession(admin, admin.database);
  try {
    await takeLock(client, { database: admin.database, target: admin, waitMs: LOCK_WAIT_MS });
    const created: CreatedDatabase[] = [];
    for (const spec of databases) created.push(await createOne({ admin, client }, spec, options));
    return created;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== '42501') throw error;
    throw new MigrationRefused('ADMIN_RIGHTS', `${admin.user} may not do this: ${message}`, {
      cause: error,
    });
  } finally {
    await closeSession(client);
  }
}

async function createOne(
  { admin, client }: { admin: DatabaseTarget; client: pg.Client },
  spec: DatabaseSpec,
  { environment, existing = false }: CreateDatabasesOptions,
): Promise<CreatedDatabase> {
  const { service, database, owner, app } = spec;
  await client.query('BEGIN');
  await ensureRole(client, owner, OWNER_SETTINGS);
  // A fleet without migrateUrl has one role, which does both.
  if (app.user !== owner.user) {
    await ensureRole(client, app, APP_SETTINGS);
    await ensureMemberships(client, owner.user, app.user);
  }
  await client.query('COMMIT');
  const found = await ownerOf(client, spec);
  const taken = found !== null && found !== owner.user;
  if (taken && !existing) refuseStranger(spec, found);
  if (found === null) await createEmpty(client, spec);
  const inside = await openSession({ ...admin, database }, database);
  try {
    if (taken) {
      const roles = { owner: owner.user, app: app.user, formerOwner: found };
      await takeOver(inside, { service, database, ...roles });
    }
    await closeToOthers(client, spec);
    await inside.query(`SET ROLE ${quoteName(owner.user)}`);
    await inside.query('BEGIN');
    await inside.query(MIGRATOR_SCHEMA_SQL);
    await inside.query(grantsSql(app.user));
    const databaseUuid = await ensureIdentity(inside, { service, database, environment });
    await inside.query('COMMIT');
    const formerOwner = taken ? found : null;
    return { service, database, created: found === null, formerOwner, databaseUuid, environment };
  } finally {
    await closeSession(inside);
  }
}

async function ownerOf(client: pg.Client, { database }: DatabaseSpec): Promise<string | null> {
  const { rows } = await client.query<{ owner: string }>(
    'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1',
    [database],
  );
  return rows[0]?.owner ?? null;
}

function refuseStranger({ database, owner }: DatabaseSpec, found: string): never {
  throw new MigrationRefused(
    'IDENTITY_MISMATCH',
    `${database} exists and belongs to role ${found}, not to ${owner.user}. When it is this service's, and ` +
      'another tool made it, take it over with all that is in it:  npx fp databases create --existing',
  );
}

async function createEmpty(client: pg.Client, { database, owner }: DatabaseSpec): Promise<void> {
  await client.query(
    `CREATE DATABASE ${quoteName(database)} OWNER ${quoteName(owner.user)} ENCODING 'UTF8' TEMPLATE template0`,
  );
}

async function closeToOthers(client: pg.Client, { database, app }: DatabaseSpec): Promise<void> {
  await client.query(`REVOKE ALL ON DATABASE ${quoteName(database)} FROM PUBLIC`);
  await client.query(`GRANT CONNECT ON DATABASE ${quoteName(database)} TO ${quoteName(app.user)}`);
}

/** Said as the owner, so the default grants follow every table that a migration will make. */
function grantsSql(appUser: string): string {
  const app = quoteName(appUser);
  return `
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public, migrator TO ${app};
    GRANT SELECT ON ALL TABLES IN SCHEMA migrator TO ${app};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO ${app};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO ${app}`;
}

async function ensureIdentity(
  client: pg.Client,
  meant: { service: string; database: string; environment: string },
): Promise<string> {
  const { service, database, environment } = meant;
  await client.query(
    `INSERT INTO migrator.identity (service, database_uuid, environment) VALUES ($1, $2, $3)
     ON CONFLICT DO NOTHING`,
    [service, randomUUID(), environment],
  );
  const { rows } = await client.query<{ service: string; environment: string; uuid: string }>(
    'SELECT service, environment, database_uuid::text AS uuid FROM migrator.identity',
  );
  const [found] = rows;
  if (found?.service === service && found.environment === environment) return found.uuid;
  throw new MigrationRefused(
    'IDENTITY_MISMATCH',
    `${database} says it is ${found?.service} of ${found?.environment}, not ${service} of ${environment}`,
  );
}
