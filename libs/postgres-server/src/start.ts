import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries, type MajorVersion } from './binaries.js';
import { freePort } from './free-port.js';
import { initCluster, SUPERUSER } from './init-cluster.js';
import { isAlive } from './is-alive.js';
import { readPostmaster } from './postmaster.js';
import { serverUser } from './server-user.js';

export interface StartPostgresOptions {
  /** Parent folder of everything the server keeps: `data/`, `password`, `server.log`. */
  directory: string;
  /** Used when it is free, else any free port. */
  preferredPort?: number;
  /** False turns fsync off: for tests only. kill -9 loses nothing then, a power cut loses the cluster. */
  durable: boolean;
  /** Of the server that is started on an empty directory; default 18. */
  majorVersion?: MajorVersion;
  settings?: Readonly<Record<string, string | number>>;
}

export interface RunningPostgres {
  pid: number;
  port: number;
  directory: string;
  /** Superuser's connection string on the loopback address; holds the password. */
  adminUrl: string;
  /** True when a server was found running and is used. */
  attached: boolean;
}

/** A cold start with crash recovery took 2 s at most; more than this means it will not come. */
const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 20_000;
const POLL_MS = 20;

/**
 * Starts a real PostgreSQL server on the loopback address, or attaches to the one that already runs on
 * this directory (left over after kill -9 of its parent, for one). The first start makes the cluster:
 * UTF8, builtin C.UTF-8 locale, scram, a generated password in a file that only its owner reads.
 *
 * @throws {Error} with the end of the server's log when it does not come up.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const { directory } = options;
  const dataDir = join(directory, 'data');
  const running = readPostmaster(dataDir);
  if (running !== null) {
    await waitUntilReady(directory, running.pid);
    return describe(directory, true);
  }
  if (!existsSync(join(dataDir, 'PG_VERSION'))) {
    initCluster(directory, options.majorVersion);
  }
  const pid = launch(options, await freePort(options.preferredPort));
  await waitUntilReady(directory, pid);
  return describe(directory, false);
}

/**
 * Stops the server of a directory, if one runs: `fast` disconnects clients and writes a checkpoint,
 * `kill` is kill -9 of the postmaster, for crash tests.
 */
export async function stopPostgres(
  directory: string,
  mode: 'fast' | 'kill' = 'fast',
): Promise<boolean> {
  const dataDir = join(directory, 'data');
  const running = readPostmaster(dataDir);
  if (running === null) return false;
  process.kill(running.pid, mode === 'fast' ? 'SIGINT' : 'SIGKILL');
  const deadline = Date.now() + STOP_DEADLINE_MS;
  while (readPostmaster(dataDir) !== null) {
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL (pid ${running.pid}) did not stop in time`);
    await sleep(POLL_MS);
  }
  return true;
}

function launch(options: StartPostgresOptions, port: number): number {
  const { directory, durable } = options;
  const dataDir = join(directory, 'data');
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 400,
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const { postgres } = findBinaries(options.majorVersion);
  const user = serverUser();
  user.own(dataDir);
  const command = user.wrap(postgres, [
    '-D',
    dataDir,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const log = openSync(join(directory, 'server.log'), 'a', 0o600);
  // Detached: Ctrl-C in the terminal must reach the supervisor alone, which stops the server last.
  const child = spawn(command.program, command.args, {
    detached: true,
    stdio: ['ignore', log, log],
    ...user.identity,
  });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined)
    throw new Error(`PostgreSQL could not be started: ${command.program}`);
  return child.pid;
}

async function waitUntilReady(directory: string, pid: number): Promise<void> {
  const dataDir = join(directory, 'data');
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    if (readPostmaster(dataDir)?.ready === true) return;
    if (!isAlive(pid) || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start. The end of its log:\n${logTail(directory)}`);
    }
    await sleep(POLL_MS);
  }
}

function logTail(directory: string): string {
  try {
    return readFileSync(join(directory, 'server.log'), 'utf8').split('\n').slice(-15).join('\n');
  } catch {
    return '(no log)';
  }
}

function describe(directory: string, attached: boolean): RunningPostgres {
  const postmaster = readPostmaster(join(directory, 'data'));
  if (postmaster === null) throw new Error('PostgreSQL stopped right after its start');
  const password = readFileSync(join(directory, 'password'), 'utf8');
  const { pid, port } = postmaster;
  const adminUrl = `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
  return { pid, port, directory, adminUrl, attached };
}
