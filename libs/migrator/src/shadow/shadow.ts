import { randomBytes } from 'node:crypto';
import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { createDatabases, type DatabaseSpec } from '../databases/create-databases.js';
import { dropDatabases } from '../databases/list-databases.js';
import { MigrationRefused } from '../refused.js';
import { closeSession, openSession } from '../run/session.js';
import { cleanUpOnce } from './clean-up.js';
import { demandApart, type Live } from './demand-apart.js';
import { isMajorVersion, type ShadowServer, startShadowServer } from './shadow-server.js';

export interface ShadowOptions {
  /** 15, 16, 17 or 18; default 18, or what `url` is. What is tried on another major says little about the live one. */
  majorVersion?: number | undefined;
  /** Administrator of a server for throw-away databases (`SHADOW_URL`); then none is started. */
  url?: DatabaseTarget | undefined;
  /** The databases that are meant: their servers are no shadows. */
  apartFrom?: readonly Live[];
}

/** A database that is thrown away: empty, with roles of its own. */
export interface ShadowDatabase {
  service: string;
  /** The role that migrates; no superuser, as in earnest. */
  owner: DatabaseTarget;
  app: DatabaseTarget;
  /** The administrator, in this very database. */
  admin: DatabaseTarget;
  drop(): Promise<void>;
}

export interface ShadowDatabaseOptions {
  /** As in a fleet without `migrateUrl`: owner and app are one role. */
  singleRole?: boolean;
}

/** A PostgreSQL server on which anything may be tried. */
export interface Shadow {
  majorVersion: number;
  /** True for a server of our own, on which nothing else lives. */
  throwaway: boolean;
  createDatabase(service: string, options?: ShadowDatabaseOptions): Promise<ShadowDatabase>;
  stop(): Promise<void>;
}

const DEFAULT_MAJOR_VERSION = 18;

/**
 * Opens a shadow: an embedded server of the wanted major version, or the server that `url` names.
 *
 * @throws {MigrationRefused} SHADOW_UNAVAILABLE, SHADOW_IS_LIVE, UNREACHABLE, CREDENTIALS_REFUSED
 * @example await withShadow({ majorVersion: 16 }, async (shadow) => shadow.createDatabase('settlement'));
 */
export async function openShadow(options: ShadowOptions): Promise<Shadow> {
  const wanted = options.majorVersion ?? DEFAULT_MAJOR_VERSION;
  if (!isMajorVersion(wanted)) {
    throw new MigrationRefused('SHADOW_UNAVAILABLE', `there is no shadow of PostgreSQL ${wanted}`);
  }
  const { url } = options;
  if (url !== undefined) {
    const found = await demandVersion(url, options.majorVersion);
    await demandApart(url, options.apartFrom ?? []);
    return shadowOn({ admin: url, stop: async () => undefined }, found, false);
  }
  return shadowOn(await startShadowServer(wanted), wanted, true);
}

function shadowOn(server: ShadowServer, majorVersion: number, throwaway: boolean): Shadow {
  const made: ShadowDatabase[] = [];
  let creating: Promise<unknown> = Promise.resolve();
  // A server of our own takes its databases with it.
  let stopped = false;
  const dropAll = async (): Promise<void> => {
    stopped = true;
    await creating;
    for (const database of made) await database.drop();
  };
  return {
    majorVersion,
    throwaway,
    // In turn: two at once would wait for each other's lock in steps of a tenth of a second.
    createDatabase: async (service, options = {}) => {
      if (stopped) throw new Error('the shadow is stopped');
      const database = shadowDatabase(server.admin, service, options);
      made.push(database);
      const created = creating.then(() => database.create());
      creating = created.catch(() => undefined);
      await created;
      return database;
    },
    stop: throwaway ? () => server.stop() : cleanUpOnce(dropAll),
  };
}

/** As {@link openShadow}; it is stopped whatever happens. */
export async function withShadow<T>(
  options: ShadowOptions,
  work: (shadow: Shadow) => Promise<T>,
): Promise<T> {
  const shadow = await openShadow(options);
  try {
    return await work(shadow);
  } finally {
    await shadow.stop();
  }
}

/** Names that no other run has, so that several may use one server. */
function shadowDatabase(
  admin: DatabaseTarget,
  service: string,
  { singleRole = false }: ShadowDatabaseOptions,
): ShadowDatabase & { create(): Promise<void> } {
  const name = `fp_shadow_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(18).toString('base64url');
  const spec: DatabaseSpec = {
    service,
    database: name,
    owner: { user: `${name}_owner`, password },
    app: { user: singleRole ? `${name}_owner` : `${name}_app`, password },
  };
  const as = (user: string): DatabaseTarget => ({
    ...admin,
    database: name,
    user,
    password: async () => password,
  });
  return {
    service,
    owner: as(spec.owner.user),
    app: as(spec.app.user),
    admin: { ...admin, database: name },
    create: async () => {
      await createDatabases(admin, [spec], { environment: 'shadow' });
    },
    drop: async () => {
      await dropDatabases(admin, [{ database: name, roles: [spec.app.user, spec.owner.user] }]);
    },
  };
}

async function demandVersion(admin: DatabaseTarget, wanted: number | undefined): Promise<number> {
  const client = await openSession(admin, 'shadow');
  try {
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version`,
    );
    const version = rows[0]?.version ?? 0;
    if (wanted !== undefined && version !== wanted) {
      throw new MigrationRefused(
        'SHADOW_UNAVAILABLE',
        `the shadow server is PostgreSQL ${version}, the database is ${wanted}: name one of that version`,
      );
    }
    if (isMajorVersion(version)) return version;
    throw new MigrationRefused(
      'SHADOW_UNAVAILABLE',
      `the shadow server is PostgreSQL ${version}: there is no shadow of that version`,
    );
  } finally {
    await closeSession(client);
  }
}
