import { rmSync } from 'node:fs';
import { forgetLocalPlatform, stopPostgres } from '@fusion-prime/postgres-server';
import { startLocalServer } from './local-databases.js';
import type { Places } from './places.js';
import { provision } from './provision.js';
import type { Say } from './service-process.js';

/** `npm run db:up`: the embedded server with its databases, and not one service. It outlives this process. */
export async function databasesUp(places: Places, say: Say): Promise<void> {
  const local = await startLocalServer(places);
  await provision(local);
  const { port, attached } = local.server;
  say(`PostgreSQL ${attached ? 'runs already' : 'started'} on 127.0.0.1:${port}`);
  for (const { name, database, urlVariable, migrateUrlVariable } of local.fleet.databases) {
    say(`  ${name}: ${database} (${urlVariable}, ${migrateUrlVariable})`);
  }
  say('Migrate them:  npm run migrate   or   npx nx run-many -t migrate');
}

/** `npm run db:down`: stops it; what is stored stays. */
export async function databasesDown(places: Places, say: Say): Promise<void> {
  const stopped = await stopPostgres(places.postgres);
  forgetLocalPlatform(places.root);
  say(stopped ? 'PostgreSQL stopped; the data stays under .data/' : 'PostgreSQL was not running');
}

/** `npm run db:reset`: throws every local database away and starts with empty ones. */
export async function databasesReset(places: Places, say: Say): Promise<void> {
  await databasesDown(places, say);
  rmSync(places.postgres, { recursive: true, force: true });
  await databasesUp(places, say);
}
