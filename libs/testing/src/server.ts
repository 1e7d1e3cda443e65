import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, stopPostgres } from '@fusion-prime/postgres-server';

export interface TestServer {
  directory: string;
  /** Superuser's connection string. */
  adminUrl: string;
  port: number;
}

/** Carries the server from Jest's global setup to the test files, which run in other processes. */
const VARIABLE = 'FP_TEST_SERVER';
const PREFIX = 'fusion-prime-test-';

/** Starts the one server of this test run, unless it runs already. fsync is off: nothing here outlives the run. */
export async function startTestServer(): Promise<void> {
  if (process.env[VARIABLE] !== undefined) return;
  await removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const { adminUrl, port } = await startPostgres({
    directory,
    durable: false,
    settings: { max_connections: 200, shared_buffers: '64MB', autovacuum: 'off' },
  });
  process.env[VARIABLE] = JSON.stringify({ directory, adminUrl, port } satisfies TestServer);
}

export async function stopTestServer(): Promise<void> {
  const text = process.env[VARIABLE];
  if (text === undefined) return;
  delete process.env[VARIABLE];
  const { directory } = JSON.parse(text) as TestServer;
  await stopPostgres(directory);
  rmSync(directory, { recursive: true, force: true });
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
