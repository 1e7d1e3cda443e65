import { join } from 'node:path';
import { parseDatabaseUrl } from '@fusion-prime/database/connection';
import { createDatabases, loadFleet } from '@fusion-prime/migrator';
import { ROOT } from './contestants.js';
import type { BenchServer } from './server.js';

export const FLEET_FILE = join(ROOT, 'migrations', 'fleet.yaml');

/** The five databases of the platform, and the variables that name them. */
export async function platformVariables(server: BenchServer): Promise<Record<string, string>> {
  const url = { audience: 'tool', allowLoopback: true, variable: 'ADMIN_URL' } as const;
  const { target } = parseDatabaseUrl(server.adminUrl, url);
  if (target === undefined) throw new Error('the server gave a URL that nobody can read');
  const { databases } = loadFleet(FLEET_FILE, {});
  const role = (user: string) => ({ user, password: 'bench-only' });
  const specs = databases.map(({ name, database }) => {
    const base = name.replaceAll('-', '_');
    return { service: name, database, owner: role(`${base}_owner`), app: role(`${base}_app`) };
  });
  await createDatabases(target, specs, { environment: 'test' });
  const { host } = new URL(server.adminUrl);
  return Object.fromEntries(
    databases.flatMap(({ urlVariable, migrateUrlVariable }, i) => {
      const { database, owner, app } = specs[i] ?? { database: '', owner: role(''), app: role('') };
      const of = (user: string): string => `postgresql://${user}:bench-only@${host}/${database}`;
      return [
        [urlVariable, of(app.user)],
        [migrateUrlVariable, of(owner.user)],
      ];
    }),
  );
}
