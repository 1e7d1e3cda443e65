import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { type Catalogue, readCatalogue } from '../catalogue/catalogue.js';
import { replay } from '../replay/replay.js';
import { closeSession, openSession } from '../run/session.js';
import { openShadow, type Shadow, type ShadowDatabase } from '../shadow/shadow.js';
import type { Migration } from '../sources/migration.js';

export interface Wanted {
  service: string;
  /** Of the live server: expressions are printed alike within a major version only. */
  majorVersion: number;
  /** In order. */
  migrations: readonly Migration[];
}

/**
 * What migrations make of an empty database, found out by running them. One shadow serves a whole fleet, and
 * databases of one shape are made once.
 */
export class ExpectedSchemas {
  private readonly shadows = new Map<number, Promise<Shadow>>();
  private readonly found = new Map<string, Promise<Catalogue>>();
  private creating: Promise<unknown> = Promise.resolve();

  /** @param url administrator of a server for throw-away databases; without it one is started. */
  constructor(private readonly url: DatabaseTarget | undefined) {}

  /** @throws {MigrationRefused} SHADOW_UNAVAILABLE, MIGRATION_FAILED */
  async after(wanted: Wanted): Promise<Catalogue> {
    const key = [wanted.majorVersion, ...wanted.migrations.map(({ sha256 }) => sha256)].join(' ');
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const made = this.inDatabase(wanted, async (client) => {
      await replay(
        client,
        wanted.migrations.map((migration) => ({ migration, direction: 'up' })),
      );
      return readCatalogue(client);
    });
    this.found.set(key, made);
    return made;
  }

  /** Works in an empty shadow database, as the role that migrates. */
  async inDatabase<T>(
    { service, majorVersion }: Omit<Wanted, 'migrations'>,
    work: (client: Awaited<ReturnType<typeof openSession>>) => Promise<T>,
  ): Promise<T> {
    const shadow = await this.shadowOf(majorVersion);
    const database = await this.create(shadow, service);
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
    for (const shadow of this.shadows.values()) await (await shadow.catch(() => null))?.stop();
  }

  private async shadowOf(majorVersion: number): Promise<Shadow> {
    const known = this.shadows.get(majorVersion);
    if (known !== undefined) return known;
    const opened = openShadow({ majorVersion, url: this.url });
    this.shadows.set(majorVersion, opened);
    return opened;
  }

  /** In turn: two at once would wait for one another in steps of a tenth of a second. */
  private async create(shadow: Shadow, service: string): Promise<ShadowDatabase> {
    const created = this.creating.then(() => shadow.createDatabase(service));
    this.creating = created.catch(() => undefined);
    return created;
  }
}
