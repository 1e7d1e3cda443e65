import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { snakeName, type ServiceName } from '@fusion-prime/kernel';
import {
  freePort,
  startPostgres,
  stopPostgres,
  type MajorVersion,
} from '@fusion-prime/postgres-server';
import { migratedOn, type ServerAddress, type TestDatabase } from './database-on-server.js';
import { eventually } from './eventually.js';
import { serverChoice } from './server-choice.js';

/** A server that a test may kill: durable, with one service's migrated database. */
export interface OwnServer {
  database: TestDatabase;
  /** Another service's, migrated, on the same server. */
  databaseOf(service: ServiceName): Promise<TestDatabase>;
  /** kill -9 of the postmaster, or of the container that it runs in. */
  kill(): Promise<void>;
  /** Starts it again on the same port; it recovers by itself. */
  restart(): Promise<void>;
  /** Waits for a condition of the test's own. */
  until(condition: () => boolean): Promise<void>;
  remove(): Promise<void>;
}

/** A server that may be killed, and nothing on it yet. */
interface Mortal extends Pick<OwnServer, 'kill' | 'restart' | 'remove'> {
  address: ServerAddress;
}

const LOAD_DEADLINE_MS = 30_000;

/** Of the kind that FP_TEST_POSTGRES names, as the run's own server. */
export async function ownServer(service: ServiceName): Promise<OwnServer> {
  const choice = serverChoice(process.env);
  const { address, ...mortal } =
    choice.kind === 'embedded'
      ? await embedded(choice.majorVersion)
      : await inContainer(choice.image);
  return {
    ...mortal,
    database: await migratedOn(address, service, 'own'),
    databaseOf: (other) => migratedOn(address, other, `own_${snakeName(other)}`),
    until: (condition) =>
      eventually(
        () => {
          if (!condition()) throw new Error('not yet');
        },
        { timeoutMs: LOAD_DEADLINE_MS },
      ),
  };
}

async function embedded(majorVersion: MajorVersion): Promise<Mortal> {
  const directory = mkdtempSync(join(tmpdir(), `fusion-prime-test-${process.pid}-own-`));
  const options = { directory, durable: true, majorVersion };
  const { port, adminUrl } = await startPostgres(options);
  return {
    address: { adminUrl, host: '127.0.0.1', port },
    kill: async () => {
      await stopPostgres(directory, 'kill');
    },
    restart: async () => {
      await startPostgres({ ...options, preferredPort: port });
    },
    remove: async () => {
      await stopPostgres(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function inContainer(image: string): Promise<Mortal> {
  const { killContainer, removeContainer, startContainer, startContainerAgain } =
    await import('./server-in-container.js');
  const settings = { max_connections: 400 };
  const server = await startContainer({ image, settings, hostPort: await freePort() });
  return {
    address: server,
    kill: () => killContainer(server),
    restart: () => startContainerAgain(server),
    remove: () => removeContainer(server.containerId),
  };
}
