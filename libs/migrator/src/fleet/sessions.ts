import type pg from 'pg';
import { closeSession } from '../run/session.js';

interface Parked {
  client: pg.Client;
  since: number;
}

// The services need connections as well, and so does whoever comes next.
const SHARE_OF_FREE = 0.25;
const MOST_ON_ONE_SERVER = 128;
// Balancers and poolers drop what is idle for minutes, without a word to either end.
const LONGEST_PARKED_MS = 30_000;

const FREE_SQL = `
  SELECT current_setting('max_connections')::int - (SELECT count(*) FROM pg_stat_activity)::int AS free`;

/**
 * Sessions between the preflight and the run. A login costs as much as a small migration, and a session
 * that has looked at a database once knows its catalogue. One session for each database all the same:
 * nothing here is handed to anybody but the database that it was opened for.
 */
export class Sessions {
  private readonly parked = new Map<string, Parked>();
  private readonly coming = new Map<string, Promise<void>>();
  /** How many may still wait on a server, by its address. */
  private readonly room = new Map<string, Promise<{ left: number }>>();

  constructor(
    private readonly most = MOST_ON_ONE_SERVER,
    private readonly longestMs = LONGEST_PARKED_MS,
  ) {}

  /** Keeps a session for its database's turn; where the server has no room for that, it is closed. */
  async park(name: string, client: pg.Client): Promise<void> {
    const room = await this.roomAt(client);
    if (room.left < 1) {
      await closeSession(client);
      return;
    }
    room.left -= 1;
    const forget = (): void => {
      if (this.parked.get(name)?.client === client) this.parked.delete(name);
    };
    client.once('end', forget).once('error', forget);
    this.parked.set(name, { client, since: performance.now() });
  }

  /** Begins to log in for the database whose turn is next, while another one is being migrated. */
  prepare(name: string, open: () => Promise<pg.Client>): void {
    if (this.parked.has(name) || this.coming.has(name)) return;
    const login = open().then(
      (client) => void this.parked.set(name, { client, since: performance.now() }),
      // Whoever takes it opens a session again, and tells what is wrong.
      () => undefined,
    );
    this.coming.set(
      name,
      login.finally(() => this.coming.delete(name)),
    );
  }

  /** The session of a database, unless it is gone or has waited for too long. */
  async take(name: string): Promise<pg.Client | null> {
    await this.coming.get(name);
    const found = this.parked.get(name);
    if (found === undefined) return null;
    this.parked.delete(name);
    if (performance.now() - found.since <= this.longestMs) return found.client;
    await closeSession(found.client);
    return null;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.coming.values());
    const clients = [...this.parked.values()].map(({ client }) => client);
    this.parked.clear();
    await Promise.all(clients.map(closeSession));
  }

  /** Asked once for each server. */
  private roomAt(client: pg.Client): Promise<{ left: number }> {
    const server = `${client.host}:${client.port}`;
    const known = this.room.get(server) ?? this.measureRoom(client);
    this.room.set(server, known);
    return known;
  }

  private async measureRoom(client: pg.Client): Promise<{ left: number }> {
    const { rows } = await client.query<{ free: number }>(FREE_SQL);
    const share = Math.floor((rows[0]?.free ?? 0) * SHARE_OF_FREE);
    return { left: Math.min(this.most, share) };
  }
}
