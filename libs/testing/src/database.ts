import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseDatabaseUrl, type DatabaseTarget } from '@fusion-prime/database/connection';
import { assert, snakeName, type ServiceName } from '@fusion-prime/kernel';
import { createDatabases, migrateDatabase, type DatabaseSpec } from '@fusion-prime/migrator';
import pg from 'pg';
import { checkoutRoot } from './checkout.js';
import { testServer } from './server.js';

/** A database of its own for one test file, on the run's server. */
export interface TestDatabase {
  service: ServiceName;
  database: string;
  /** As the service connects: rows only. */
  appUrl: string;
  /** As migrations connect. */
  ownerUrl: string;
  /** As superuser: for what a test does behind the service's back. */
  adminUrl: string;
  /** Runs one statement as superuser. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
}

/** The roles are shared by all clones of a run, so their passwords are too. */
const PASSWORD = 'test-password';
export const TEST_ENVIRONMENT = 'test';

/**
 * A clone of the service's migrated template. It is dropped after the file's last test; when one of them
 * failed it is kept and named, so that one can look.
 */
export async function testDatabase(service: ServiceName): Promise<TestDatabase> {
  const template = `template_${snakeName(service)}`;
  await onServer(async (admin) => {
    // Test files run in several processes: the first one makes the template, the others wait for it.
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
    const { rows } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rows.length === 0) await makeTemplate(service, admin);
    await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [template]);
  });
  return clone(service, template);
}

/** A database with the service's roles, grants and identity, and not one migration. */
export async function emptyDatabase(service: ServiceName = 'settlement'): Promise<TestDatabase> {
  const database = freshName(service);
  await createDatabases(adminTarget(), [specOf(service, database)], {
    environment: TEST_ENVIRONMENT,
  });
  return describe(service, database);
}

async function makeTemplate(service: ServiceName, admin: pg.Client): Promise<void> {
  const template = `template_${snakeName(service)}`;
  const building = `${template}_building`;
  await admin.query(`DROP DATABASE IF EXISTS ${building}`);
  await createDatabases(adminTarget(), [specOf(service, building)], {
    environment: TEST_ENVIRONMENT,
  });
  await migrateDatabase(
    targetOf(urlOf(`${snakeName(service)}_owner`, building)),
    folderOf(service),
    {
      service,
    },
  );
  // Under its name only once it is whole.
  await admin.query(`ALTER DATABASE ${building} RENAME TO ${template}`);
}

async function clone(service: ServiceName, template: string): Promise<TestDatabase> {
  const database = freshName(service);
  const role = snakeName(service);
  await onServer(async (admin) => {
    // The template's own connections are closed, but the server may take a moment to notice.
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
    await admin.query(`CREATE DATABASE ${database} TEMPLATE ${template} OWNER ${role}_owner`);
    await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE ${database} TO ${role}_app`);
    await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [template]);
  });
  return describe(service, database);
}

function describe(service: ServiceName, database: string): TestDatabase {
  const adminUrl = onDatabase(testServer().adminUrl, database);
  const role = snakeName(service);
  rememberForCleanup(database);
  return {
    service,
    database,
    appUrl: urlOf(`${role}_app`, database),
    ownerUrl: urlOf(`${role}_owner`, database),
    adminUrl,
    query: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
      onServer(async (admin) => (await admin.query<Row>(sql, values)).rows, adminUrl),
  };
}

/** The Jest environment drops them after the file: see jest-environment.mjs. */
function rememberForCleanup(database: string): void {
  const shared = globalThis as { fusionPrimeTestDatabases?: string[] };
  shared.fusionPrimeTestDatabases ??= [];
  shared.fusionPrimeTestDatabases.push(database);
}

function specOf(service: ServiceName, database: string): DatabaseSpec {
  const role = snakeName(service);
  return {
    service,
    database,
    owner: { user: `${role}_owner`, password: PASSWORD },
    app: { user: `${role}_app`, password: PASSWORD },
  };
}

function freshName(service: ServiceName): string {
  return `test_${snakeName(service)}_${randomBytes(5).toString('hex')}`;
}

function urlOf(role: string, database: string): string {
  return `postgresql://${role}:${PASSWORD}@127.0.0.1:${testServer().port}/${database}`;
}

function onDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

function targetOf(url: string): DatabaseTarget {
  const { target } = parseDatabaseUrl(url, {
    audience: 'service-development',
    allowLoopback: true,
    variable: 'TEST_URL',
  });
  assert(target !== undefined, 'the test server has a good URL');
  return target;
}

function adminTarget(): DatabaseTarget {
  return targetOf(testServer().adminUrl);
}

async function onServer<T>(
  work: (admin: pg.Client) => Promise<T>,
  url: string = testServer().adminUrl,
): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function folderOf(service: ServiceName): string {
  return join(checkoutRoot(), 'migrations', service);
}
