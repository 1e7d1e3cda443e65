import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isAlive,
  startPostgres,
  stopPostgres,
  type MajorVersion,
} from '@fusion-prime/postgres-server';
import { serverChoice } from './server-choice.js';

export interface TestServer {
  /** Superuser's connection string. */
  adminUrl: string;
  host: string;
  port: number;
}

/** How it is stopped. */
type Stopping = { directory: string } | { containerId: string };

/** Carries the server from Jest's global setup to the test files, which run in other processes. */
const VARIABLE = 'FP_TEST_SERVER';
const PREFIX = 'fusion-prime-test-';
/** fsync is off: nothing here outlives the run. */
const FORGETFUL = { fsync: 'off', full_page_writes: 'off' };
const SETTINGS = { max_connections: 200, shared_buffers: '64MB', autovacuum: 'off' };

/** Starts the one server of this test run, unless it runs already: the one that FP_TEST_POSTGRES names. */
export async function startTestServer(): Promise<void> {
  if (process.env[VARIABLE] !== undefined) return;
  const choice = serverChoice(process.env);
  await removeLeftovers();
  const server =
    choice.kind === 'embedded'
      ? await startEmbedded(choice.majorVersion)
      : await startInContainer(choice.image);
  process.env[VARIABLE] = JSON.stringify(server);
}

async function startEmbedded(majorVersion: MajorVersion): Promise<TestServer & Stopping> {
  const directory = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const options = { directory, durable: false, majorVersion, settings: SETTINGS };
  const { adminUrl, port } = await startPostgres(options);
  return { directory, adminUrl, host: '127.0.0.1', port };
}

async function startInContainer(image: string): Promise<TestServer & Stopping> {
  const { removeOrphanedContainers, startContainer } = await import('./server-in-container.js');
  await removeOrphanedContainers(isAlive);
  return startContainer({ image, settings: { ...SETTINGS, ...FORGETFUL } });
}

export async function stopTestServer(): Promise<void> {
  const text = process.env[VARIABLE];
  if (text === undefined) return;
  delete process.env[VARIABLE];
  const stopping = JSON.parse(text) as Stopping;
  if ('containerId' in stopping) {
    const { removeContainer } = await import('./server-in-container.js');
    await removeContainer(stopping.containerId);
    return;
  }
  await stopPostgres(stopping.directory);
  rmSync(stopping.directory, { recursive: true, force: true });
}

/** The run's server. @throws {Error} in a unit test, which has none on purpose. */
export function testServer(): TestServer {
  const text = process.env[VARIABLE];
  if (text === undefined) {
    throw new Error('No PostgreSQL for this test: name the file *.int.spec.ts or *.e2e.spec.ts');
  }
  return JSON.parse(text) as TestServer;
}

/** A killed run could not clean up: its folder carries the pid of a process that is gone. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (isAlive(pid)) continue;
    const directory = join(tmpdir(), name);
    await stopPostgres(directory, 'kill');
    rmSync(directory, { recursive: true, force: true });
  }
}
