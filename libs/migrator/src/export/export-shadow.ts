import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type pg from 'pg';
import type { FleetDatabase } from '../fleet/fleet.js';
import type { Surveyed } from '../fleet/preflight.js';
import { closeSession, openSession } from '../run/session.js';
import { Shadows } from '../shadow/shadows.js';

/** Shadows of the versions at hand, opened when the first class has to be listened to; most never are. */
export class ExportShadow {
  private readonly shadows: Shadows;
  private readonly clients: pg.Client[] = [];

  constructor(url: DatabaseTarget | undefined, apartFrom: readonly FleetDatabase[]) {
    this.shadows = new Shadows(url, apartFrom);
  }

  /** As the owner of an empty database, on a server of the same major version. */
  async clientFor({ database, state }: Surveyed): Promise<pg.Client> {
    const shadow = await this.shadows.of(Math.trunc(state.serverVersion / 10_000));
    const { owner } = await shadow.createDatabase(database.name);
    const client = await openSession(owner, `shadow of ${database.name}`);
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) await closeSession(client);
    await this.shadows.stop();
  }
}
