import { beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_NAMES, type ServiceName } from '@fusion-prime/kernel';
import {
  spawnService,
  testDatabase,
  testIssuer,
  testVariables,
  type TestDatabase,
  type TestIssuer,
} from '@fusion-prime/testing';

const databases = new Map<ServiceName, TestDatabase>();
let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await testIssuer();
  for (const name of SERVICE_NAMES) databases.set(name, await testDatabase(name));
});

/** What the database offers is right in every other way: its own role, its own schema, all migrations. */
async function startOn(service: ServiceName, owner: ServiceName) {
  const database = databases.get(owner);
  if (database === undefined) throw new Error(`no database of ${owner}`);
  return spawnService(service, testVariables({ database, issuer }));
}

describe.each(SERVICE_NAMES)('the service %s', (service) => {
  const others = SERVICE_NAMES.filter((name) => name !== service);

  it.each(others)('refuses to run on the database of %s, which is whole', async (owner) => {
    const started = await startOn(service, owner);
    expect(await started.exited).toBe(78);
    expect(started.output()).toContain('DB_IDENTITY_MISMATCH');
    expect(started.output()).not.toContain('test-password');
  });

  it('runs on its own', async () => {
    const started = await startOn(service, service);
    await started.ready();
    expect(await started.kill('SIGTERM')).toBe(0);
  });
});
