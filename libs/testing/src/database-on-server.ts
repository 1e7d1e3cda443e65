import { join } from 'node:path';
import { parseDatabaseUrl, type DatabaseTarget } from '@fusion-prime/database/connection';
import { assert, snakeName, type ServiceName } from '@fusion-prime/kernel';
import { createDatabases, migrateDatabase, type DatabaseSpec } from '@fusion-prime/migrator';
import pg from 'pg';
import { checkoutRoot } from './checkout.js';

/** A server that tests may do anything with. */
export interface ServerAddress {
  /** Superuser's connection string. */
  adminUrl: string;
  host: string;
  port: number;
}

/** One service's database on a test server. */
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

/** The roles are shared by all databases of a server, so their passwords are too. */
const PASSWORD = 'test-password';
export const TEST_ENVIRONMENT = 'test';

/** How to reach a database that is there. */
export function databaseOn(
  server: ServerAddress,
  service: ServiceName,
  database: string,
): TestDatabase {
  const role = snakeName(service);
  const urlOf = (user: string): string =>
    `postgresql://${user}:${PASSWORD}@${server.host}:${server.port}/${database}`;
  const adminUrl = new URL(server.adminUrl);
  adminUrl.pathname = `/${database}`;
  return {
    service,
    database,
    appUrl: urlOf(`${role}_app`),
    ownerUrl: urlOf(`${role}_owner`),
    adminUrl: adminUrl.href,
    query: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
      withClient(adminUrl.href, async (admin) => (await admin.query<Row>(sql, values)).rows),
  };
}

/** Makes it with its roles, grants and identity, and not one migration. */
export async function createOn(
  server: ServerAddress,
  service: ServiceName,
  database: string,
): Promise<TestDatabase> {
  const role = snakeName(service);
  const spec: DatabaseSpec = {
    service,
    database,
    owner: { user: `${role}_owner`, password: PASSWORD },
    app: { user: `${role}_app`, password: PASSWORD },
  };
  await createDatabases(targetOf(server.adminUrl), [spec], { environment: TEST_ENVIRONMENT });
  return databaseOn(server, service, database);
}

/** Makes it and applies every migration of the service. */
export async function migratedOn(
  server: ServerAddress,
  service: ServiceName,
  database: string,
): Promise<TestDatabase> {
  const made = await createOn(server, service, database);
  const folder = join(checkoutRoot(), 'migrations', service);
  await migrateDatabase(targetOf(made.ownerUrl), folder, { service });
  return made;
}

export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function targetOf(url: string): DatabaseTarget {
  const { target } = parseDatabaseUrl(url, {
    audience: 'service-development',
    allowLoopback: true,
    variable: 'TEST_URL',
  });
  assert(target !== undefined, 'a test server has a good URL');
  return target;
}
