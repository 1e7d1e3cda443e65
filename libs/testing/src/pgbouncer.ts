import { freePort } from '@fusion-prime/postgres-server';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { eventually } from './eventually.js';

// Debian keeps it where only root's PATH looks.
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;
const STARTED_MS = 5_000;

export interface PoolerWish {
  /** Of the database itself, with its user and password. */
  url: string;
  mode: 'transaction' | 'session';
  /** Sessions on the server. */
  poolSize: number;
}

/** A real pgbouncer before one database. */
export interface Pooler {
  /** The same database through it. */
  url: string;
  stop(): Promise<void>;
}

// Older ones have no such setting, and know no prepared statements.
const FORGETS_STATEMENTS_FROM = [1, 21];

/** A machine without it says so by skipped tests; CI installs it, so there they run or fail. */
export function mayMeetPgBouncer(): boolean {
  const isHere = spawnSync('pgbouncer', ['--version'], { env: { PATH } }).error === undefined;
  return isHere || process.env['CI'] !== undefined;
}

/** Starts one that knows no prepared statements, as none did for long and many are set. */
export async function startPgBouncer(wish: PoolerWish): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  writeFiles(folder, port, wish);
  // pgbouncer refuses to run as root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', [...user, join(folder, 'pgbouncer.ini')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH },
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const failed = once(child, 'error').then(([error]: unknown[]) => {
    throw new Error('pgbouncer is not installed: apt-get install pgbouncer', { cause: error });
  });
  const through = new URL(wish.url);
  through.port = String(port);
  const started = eventually(() => connects(through.href, () => log), { timeoutMs: STARTED_MS });
  await Promise.race([failed, started]);
  return { url: through.href, stop: () => stop(child, folder) };
}

function writeFiles(folder: string, port: number, { url, mode, poolSize }: PoolerWish): void {
  const { hostname, port: serverPort, username, password, pathname } = new URL(url);
  const [user, secret] = [username, password].map(decodeURIComponent);
  writeFileSync(join(folder, 'users.txt'), `"${user ?? ''}" "${secret ?? ''}"\n`);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users.txt
pool_mode = ${mode}
default_pool_size = ${poolSize}
${canForgetStatements() ? 'max_prepared_statements = 0' : ''}
`,
  );
}

function canForgetStatements(): boolean {
  const { stdout } = spawnSync('pgbouncer', ['--version'], { env: { PATH }, encoding: 'utf8' });
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  const [fromMajor = 0, fromMinor = 0] = FORGETS_STATEMENTS_FROM;
  return major > fromMajor || (major === fromMajor && minor >= fromMinor);
}

async function connects(url: string, log: () => string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    throw new Error(`pgbouncer: ${log()}`, { cause: error });
  }
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  rmSync(folder, { recursive: true });
}
