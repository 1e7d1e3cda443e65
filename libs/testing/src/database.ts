import { randomBytes } from 'node:crypto';
import { snakeName, type ServiceName } from '@fusion-prime/kernel';
import type pg from 'pg';
import {
  createOn,
  databaseOn,
  migratedOn,
  withClient,
  type TestDatabase,
} from './database-on-server.js';
import { testServer } from './server.js';

/**
 * A clone of the service's migrated template, on the run's server. It is dropped after the file's last
 * test; when one of them failed it is kept and named, so that one can look.
 */
export async function testDatabase(service: ServiceName): Promise<TestDatabase> {
  const database = freshName(service);
  const role = snakeName(service);
  const template = `template_${role}`;
  await withClient(testServer().adminUrl, async (admin) => {
    // Test files run in several processes: the first one makes the template, the others wait for it.
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
    await ensureTemplate(admin, service, template);
    await admin.query(`CREATE DATABASE ${database} TEMPLATE ${template} OWNER ${role}_owner`);
    await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [template]);
    await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE ${database} TO ${role}_app`);
  });
  return databaseOn(testServer(), service, database);
}

/** A database with the service's roles, grants and identity, and not one migration. */
export async function emptyDatabase(service: ServiceName = 'settlement'): Promise<TestDatabase> {
  return createOn(testServer(), service, freshName(service));
}

async function ensureTemplate(
  admin: pg.Client,
  service: ServiceName,
  template: string,
): Promise<void> {
  const { rows } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rows.length > 0) return;
  const building = `${template}_building`;
  await admin.query(`DROP DATABASE IF EXISTS ${building}`);
  await migratedOn(testServer(), service, building);
  // Under its name only once it is whole.
  await admin.query(`ALTER DATABASE ${building} RENAME TO ${template}`);
}

/** The Jest environment drops it after the file: see jest-environment.mjs. */
function freshName(service: ServiceName): string {
  const database = `test_${snakeName(service)}_${randomBytes(5).toString('hex')}`;
  const shared = globalThis as { fusionPrimeTestDatabases?: string[] };
  shared.fusionPrimeTestDatabases ??= [];
  shared.fusionPrimeTestDatabases.push(database);
  return database;
}
