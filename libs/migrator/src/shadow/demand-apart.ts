import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { MigrationRefused } from '../refused.js';
import { closeSession, openSession } from '../run/session.js';

/** A database that somebody may live in; its URLs where they are known. */
export interface Live {
  name: string;
  url?: DatabaseTarget | undefined;
  migrateUrl?: DatabaseTarget | undefined;
}

// Where a slip costs nothing: there one server may serve as both.
const HARMLESS = ['development', 'test'];
const SYSTEM_SQL = 'SELECT system_identifier::text AS id FROM pg_control_system()';
const ENVIRONMENT_SQL = 'SELECT environment FROM migrator.identity';

/**
 * Databases and logins are made and dropped on a shadow, and it is worked hard: not on the server of a fleet
 * that serves anybody. Servers are told apart by PostgreSQL's own system identifier, whatever they are called.
 *
 * @throws {MigrationRefused} SHADOW_IS_LIVE
 */
export async function demandApart(url: DatabaseTarget, databases: readonly Live[]): Promise<void> {
  if (databases.length === 0) return;
  const shadow = await ask(url, SYSTEM_SQL);
  for (const { name, target } of oneOfEachServer(databases)) {
    if ((await ask(target, SYSTEM_SQL)) !== shadow) continue;
    const environment = await ask(target, ENVIRONMENT_SQL);
    if (environment === null || HARMLESS.includes(environment)) continue;
    throw new MigrationRefused(
      'SHADOW_IS_LIVE',
      `SHADOW_URL is the server of ${name}, which belongs to ${environment}: name another one, or unset it`,
    );
  }
}

function oneOfEachServer(databases: readonly Live[]): { name: string; target: DatabaseTarget }[] {
  const servers = new Map<string, { name: string; target: DatabaseTarget }>();
  for (const { name, url, migrateUrl } of databases) {
    const target = migrateUrl ?? url;
    if (target === undefined) continue;
    const place = `${target.host}:${target.port}`;
    if (!servers.has(place)) servers.set(place, { name, target });
  }
  return [...servers.values()];
}

/** The one value; null where nobody answers, or there is none: whoever needs the database says so. */
async function ask(target: DatabaseTarget, sql: string): Promise<string | null> {
  try {
    const client = await openSession(target, target.database);
    try {
      const { rows } = await client.query<Record<string, string>>(sql);
      return Object.values(rows[0] ?? {})[0] ?? null;
    } finally {
      await closeSession(client);
    }
  } catch {
    return null;
  }
}
