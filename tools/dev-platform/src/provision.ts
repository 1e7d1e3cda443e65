import { parseDatabaseUrl, type DatabaseTarget } from '@fusion-prime/database/connection';
import { assert } from '@fusion-prime/kernel';
import { createDatabases, type DatabaseSpec, type RoleSpec } from '@fusion-prime/migrator';
import type { LocalDatabases } from './local-databases.js';

/** What the identity row of a local database says, and FP_ENV of a local service. */
export const LOCAL_ENVIRONMENT = 'development';

/** Makes the roles and databases of the local server that are not there yet. */
export async function provision({ server, fleet }: LocalDatabases): Promise<void> {
  const specs = await Promise.all(
    fleet.databases.map(async ({ name, database, url, migrateUrl }): Promise<DatabaseSpec> => {
      assert(url !== undefined && migrateUrl !== undefined, `${name} has both its local URLs`);
      return { service: name, database, owner: await roleOf(migrateUrl), app: await roleOf(url) };
    }),
  );
  await createDatabases(adminTarget(server.adminUrl), specs, { environment: LOCAL_ENVIRONMENT });
}

async function roleOf({ user, password }: DatabaseTarget): Promise<RoleSpec> {
  return { user, password: await password() };
}

function adminTarget(url: string): DatabaseTarget {
  const { target } = parseDatabaseUrl(url, {
    audience: 'tool',
    allowLoopback: true,
    variable: 'the local server',
  });
  assert(target !== undefined, 'the local server has a good URL');
  return target;
}
