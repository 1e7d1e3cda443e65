import { mkdtempSync, rmSync } from 'node:fs';
import { type DatabaseTarget, parseDatabaseUrl } from '@fusion-prime/database/connection';
import type { MajorVersion } from '@fusion-prime/postgres-server';
import { MigrationRefused } from '../refused.js';
import { orphanedFolders, ownPrefix } from '../run/orphans.js';
import { cleanUpOnce } from './clean-up.js';

export interface ShadowServer {
  admin: DatabaseTarget;
  stop(): Promise<void>;
}

const MAJOR_VERSIONS: readonly number[] = [15, 16, 17, 18] satisfies MajorVersion[];
const KIND = 'fp-shadow';

export function isMajorVersion(version: number): version is MajorVersion {
  return MAJOR_VERSIONS.includes(version);
}

// Nothing on it outlives the command, and nobody else may disturb what is measured.
const SETTINGS = {
  autovacuum: 'off',
  jit: 'off',
  max_connections: 100,
  max_wal_senders: 0,
  shared_buffers: '32MB',
  synchronous_commit: 'off',
  wal_level: 'minimal',
};

/**
 * Starts a server in a folder of its own, and removes those that a killed command has left.
 *
 * @throws {MigrationRefused} SHADOW_UNAVAILABLE
 */
export async function startShadowServer(majorVersion: MajorVersion): Promise<ShadowServer> {
  const { startPostgres, stopPostgres, findBinaries } = await postgresServer();
  try {
    findBinaries(majorVersion);
  } catch (error) {
    throw new MigrationRefused(
      'SHADOW_UNAVAILABLE',
      `no PostgreSQL ${majorVersion} is installed here: set SHADOW_URL to an administrator of a ` +
        'server of that version on which databases may be made and dropped',
      { cause: error },
    );
  }
  await removeOrphans(stopPostgres);
  const directory = mkdtempSync(ownPrefix(KIND));
  const stop = cleanUpOnce(async () => {
    await stopPostgres(directory, 'kill');
    rmSync(directory, { recursive: true, force: true });
  });
  try {
    const server = await startPostgres({
      directory,
      durable: false,
      majorVersion,
      settings: SETTINGS,
    });
    return { admin: targetOf(server.adminUrl), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type PostgresServer = typeof import('@fusion-prime/postgres-server');

/** An image has no server of its own, and must not have one. */
async function postgresServer(): Promise<PostgresServer> {
  try {
    return await import('@fusion-prime/postgres-server');
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new MigrationRefused(
      'SHADOW_UNAVAILABLE',
      'no embedded PostgreSQL is installed here: set SHADOW_URL',
      { cause: error },
    );
  }
}

function targetOf(url: string): DatabaseTarget {
  const rules = { audience: 'tool', allowLoopback: true, variable: 'SHADOW_URL' } as const;
  const { target } = parseDatabaseUrl(url, rules);
  if (target === undefined) throw new Error('the embedded server gave a URL that nobody can read');
  return target;
}

/** kill -9 of a command leaves its server running: the next one finds it by the pid in its folder. */
async function removeOrphans(stopPostgres: PostgresServer['stopPostgres']): Promise<void> {
  for (const directory of orphanedFolders(KIND)) {
    // Somebody else's folder is somebody else's to clean.
    await stopPostgres(directory, 'kill').catch(() => undefined);
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}
