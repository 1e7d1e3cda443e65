import { join } from 'node:path';
import { snakeName } from '@fusion-prime/kernel';
import { loadFleet, type Fleet } from '@fusion-prime/migrator';
import {
  startPostgres,
  writeLocalPlatform,
  type RunningPostgres,
} from '@fusion-prime/postgres-server';
import type { Places } from './places.js';
import { rolePasswords } from './role-passwords.js';

/** Preferred, so that a bookmarked connection string stays good; any free port when it is taken. */
const PREFERRED_PORT = 54_320;

export interface LocalDatabases {
  server: RunningPostgres;
  /** With the URLs of both roles of every database. */
  fleet: Fleet;
  variables: Record<string, string>;
}

/**
 * Starts (or attaches to) the embedded server of this checkout and leaves word of it for `fp` and the
 * Nx targets. Makes no database: that is `createDatabases` of the migrator, for any server.
 */
export async function startLocalServer(places: Places): Promise<LocalDatabases> {
  const server = await startPostgres({
    directory: places.postgres,
    preferredPort: PREFERRED_PORT,
    durable: true,
  });
  const variables = localVariables(places, server);
  writeLocalPlatform(places.root, { port: server.port, adminUrl: server.adminUrl, variables });
  return { server, fleet: loadFleet(places.fleet, variables), variables };
}

function localVariables(places: Places, server: RunningPostgres): Record<string, string> {
  const { databases } = loadFleet(places.fleet, {});
  const rolesOf = (name: string): [owner: string, app: string] => [
    `${snakeName(name)}_owner`,
    `${snakeName(name)}_app`,
  ];
  const passwords = rolePasswords(
    join(places.postgres, 'roles.json'),
    databases.flatMap(({ name }) => rolesOf(name)),
  );
  const url = (role: string, database: string): string =>
    `postgresql://${role}:${passwords[role]}@127.0.0.1:${server.port}/${database}`;
  return Object.fromEntries(
    databases.flatMap(({ name, database, urlVariable, migrateUrlVariable }) => {
      const [owner, app] = rolesOf(name);
      return [
        [urlVariable, url(app, database)],
        [migrateUrlVariable, url(owner, database)],
      ];
    }),
  );
}
