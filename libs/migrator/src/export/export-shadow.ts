import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type pg from 'pg';
import type { Surveyed } from '../fleet/preflight.js';
import { closeSession, openSession } from '../run/session.js';
import { openShadow, type Shadow } from '../shadow/shadow.js';

/** Shadows of the versions at hand, opened when the first class has to be listened to; most never are. */
export class ExportShadow {
  private readonly shadows = new Map<number, Shadow>();
  private readonly clients: pg.Client[] = [];

  constructor(private readonly url: DatabaseTarget | undefined) {}

  /** As the owner of an empty database, on a server of the same major version. */
  async clientFor({ database, state }: Surveyed): Promise<pg.Client> {
    const majorVersion = Math.trunc(state.serverVersion / 10_000);
    const shadow =
      this.shadows.get(majorVersion) ?? (await openShadow({ majorVersion, url: this.url }));
    this.shadows.set(majorVersion, shadow);
    const { owner } = await shadow.createDatabase(database.name);
    const client = await openSession(owner, `shadow of ${database.name}`);
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) await closeSession(client);
    for (const shadow of this.shadows.values()) await shadow.stop();
  }
}
