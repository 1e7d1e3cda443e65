import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@fusion-prime/kernel';
import { startPostgres, stopPostgres } from '@fusion-prime/postgres-server';
import { migratedOn, type TestDatabase } from './database-on-server.js';
import { eventually } from './eventually.js';

/** A server that a test may kill: durable, with one service's migrated database. */
export interface OwnServer {
  database: TestDatabase;
  /** kill -9 of the postmaster. */
  kill(): Promise<void>;
  /** Starts it again on the same port; it recovers by itself. */
  restart(): Promise<void>;
  /** Waits for a condition of the test's own. */
  until(condition: () => boolean): Promise<void>;
  remove(): Promise<void>;
}

const LOAD_DEADLINE_MS = 30_000;

export async function ownServer(service: ServiceName): Promise<OwnServer> {
  const directory = mkdtempSync(join(tmpdir(), `fusion-prime-test-${process.pid}-own-`));
  const { port, adminUrl } = await startPostgres({ directory, durable: true });
  return {
    database: await migratedOn({ adminUrl, port }, service, 'own'),
    kill: async () => {
      await stopPostgres(directory, 'kill');
    },
    restart: async () => {
      await startPostgres({ directory, durable: true, preferredPort: port });
    },
    until: (condition) =>
      eventually(
        () => {
          if (!condition()) throw new Error('not yet');
        },
        { timeoutMs: LOAD_DEADLINE_MS },
      ),
    remove: async () => {
      await stopPostgres(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
