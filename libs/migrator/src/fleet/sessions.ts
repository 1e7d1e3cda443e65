import type pg from 'pg';
import { closeSession } from '../run/session.js';

interface Parked {
  client: pg.Client;
  since: number;
}

// A small fleet needs no second login anywhere; a large one must not hold a connection to each database.
const MOST_PARKED = 16;
// Balancers and poolers drop what is idle for minutes, without a word to either end.
const LONGEST_PARKED_MS = 30_000;

/**
 * Sessions between the preflight and the run. A login costs as much as a small migration, and a session
 * that has looked at a database once knows its catalogue. One session for each database all the same:
 * nothing here is handed to anybody but the database that it was opened for.
 */
export class Sessions {
  private readonly parked = new Map<string, Parked>();
  private readonly coming = new Map<string, Promise<void>>();

  constructor(
    private readonly most = MOST_PARKED,
    private readonly longestMs = LONGEST_PARKED_MS,
  ) {}

  /** Keeps a session for its database's turn; one too many is closed. */
  park(name: string, client: pg.Client): void {
    if (this.parked.size >= this.most) {
      void closeSession(client);
      return;
    }
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
      (client) => this.park(name, client),
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
}
