import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@fusion-prime/postgres-server';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { fleetStatus, fleetUp } from '../src/index.js';
import { adminUrl, TestFleet, threeTables } from './fleet-fixture.js';

const STARTED_MS = 5_000;

interface Pooler {
  process: ChildProcess;
  folder: string;
  port: number;
}

// Debian keeps it where only root's PATH looks.
const PATH = `${process.env['PATH']}:/usr/sbin`;
// A machine without it says so by skipped tests; CI installs it, so there they run or fail.
const isHere = spawnSync('pgbouncer', ['--version'], { env: { PATH } }).error === undefined;
const describePooler = isHere || process.env['CI'] !== undefined ? describe : describe.skip;

let fleet: TestFleet;
const poolers: Pooler[] = [];
beforeAll(async () => {
  fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
});
afterAll(async () => {
  for (const { process: child, folder } of poolers) {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    rmSync(folder, { recursive: true });
  }
  await fleet.drop();
});

/** A real pgbouncer. */
async function startPooler(mode: 'transaction' | 'session', poolSize: number): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  chmodSync(folder, 0o755);
  const { owner, database } = fleet.spec('books');
  const port = await freePort();
  const { hostname, port: serverPort } = new URL(adminUrl());
  writeFileSync(join(folder, 'users.txt'), `"${owner.user}" "${owner.password}"\n`);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${database} = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users.txt
pool_mode = ${mode}
default_pool_size = ${poolSize}
`,
  );
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
  const pooler = { process: child, folder, port };
  await Promise.race([failed, answers(pooler, () => log)]);
  poolers.push(pooler);
  return pooler;
}

async function answers({ port }: Pooler, log: () => string): Promise<void> {
  const deadline = Date.now() + STARTED_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: through({ port }) });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`pgbouncer: ${log()}`, { cause: error });
      await sleep(50);
    }
  }
}

function through({ port }: { port: number }): string {
  const url = new URL(fleet.urlOf('books', 'owner'));
  url.port = String(port);
  return url.href;
}

const locks = () =>
  fleet.query<{ n: number }>(
    'books',
    `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );

describePooler('behind a pooler', () => {
  it.each([1, 5])(
    'in transaction mode with %d backends nothing is changed, and no lock stays',
    async (size) => {
      const pooler = await startPooler('transaction', size);
      const report = await fleetUp(fleet.load({ BOOKS_MIGRATE_URL: through(pooler) }));
      expect([report.exitCode, report.databases[0]?.problem?.code]).toEqual([14, 'BEHIND_POOLER']);
      expect(await fleet.tables('books')).toEqual([]);
      expect(await locks()).toEqual([{ n: 0 }]);
    },
  );

  it('the status may be read: it needs no session', async () => {
    const pooler = await startPooler('transaction', 2);
    const report = await fleetStatus(fleet.load({ BOOKS_MIGRATE_URL: through(pooler) }));
    expect(report.databases[0]).toMatchObject({ state: 'pending', problem: null });
  });

  it('in session mode a backend is ours for as long as we want, so it works', async () => {
    const pooler = await startPooler('session', 5);
    const report = await fleetUp(fleet.load({ BOOKS_MIGRATE_URL: through(pooler) }));
    expect([report.exitCode, report.databases[0]?.problem?.message]).toEqual([0, undefined]);
  });
});
