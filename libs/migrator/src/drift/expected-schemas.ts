import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { type Catalogue, readCatalogue } from '../catalogue/catalogue.js';
import { replay } from '../replay/replay.js';
import { closeSession, openSession } from '../run/session.js';
import type { Live } from '../shadow/demand-apart.js';
import { Shadows } from '../shadow/shadows.js';
import type { Migration } from '../sources/migration.js';

export interface Wanted {
  service: string;
  /** Of the live server: expressions are printed alike within a major version only. */
  majorVersion: number;
  /** Whether the service migrates as itself; grants differ then. */
  singleRole?: boolean;
  /** In order. */
  migrations: readonly Migration[];
}

/**
 * What migrations make of an empty database, found out by running them. One shadow serves a whole fleet, and
 * databases of one shape are made once.
 */
export class ExpectedSchemas {
  private readonly shadows: Shadows;
  private readonly found = new Map<string, Promise<Catalogue>>();

  /** @param url administrator of a server for throw-away databases; without it one is started. */
  constructor(url: DatabaseTarget | undefined, apartFrom: readonly Live[]) {
    this.shadows = new Shadows(url, apartFrom);
  }

  /** @throws {MigrationRefused} SHADOW_UNAVAILABLE, MIGRATION_FAILED */
  async after(wanted: Wanted): Promise<Catalogue> {
    const { majorVersion, singleRole = false, migrations } = wanted;
    const key = [majorVersion, singleRole, ...migrations.map(({ sha256 }) => sha256)].join(' ');
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const made = this.inDatabase(wanted, async (client) => {
      await replay(
        client,
        migrations.map((migration) => ({ migration, direction: 'up' })),
      );
      return readCatalogue(client);
    });
    this.found.set(key, made);
    return made;
  }

  /** Works in an empty shadow database, as the role that migrates. */
  async inDatabase<T>(
    { service, majorVersion, singleRole = false }: Omit<Wanted, 'migrations'>,
    work: (client: Awaited<ReturnType<typeof openSession>>) => Promise<T>,
  ): Promise<T> {
    const shadow = await this.shadows.of(majorVersion);
    const database = await shadow.createDatabase(service, { singleRole });
    const client = await openSession(database.owner, service);
    try {
      return await work(client);
    } finally {
      await closeSession(client);
      // A server of our own goes away with all of them.
      if (!shadow.throwaway) await database.drop();
    }
  }

  async close(): Promise<void> {
    await this.shadows.stop();
  }
}
