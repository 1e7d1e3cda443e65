import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres, stopPostgres } from './start.js';

const directory = mkdtempSync(join(tmpdir(), 'fusion-prime-server-'));

afterAll(async () => {
  await stopPostgres(directory);
  rmSync(directory, { recursive: true, force: true });
});

async function eventuallyThere(there: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!there()) {
    if (performance.now() > deadline) throw new Error('initdb did not begin');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

describe('the embedded server', () => {
  it('is a real PostgreSQL 18 with UTF8 databases, whatever the environment says', async () => {
    const { adminUrl, attached } = await startPostgres({ directory, durable: false });
    expect(attached).toBe(false);
    const [row] = await query(
      adminUrl,
      `SELECT current_setting('server_version_num')::int / 10000 AS major,
              current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync`,
    );
    expect(row).toEqual({ major: 18, encoding: 'UTF8', fsync: 'off' });
  });

  it('starts also where its first start was killed half-way', async () => {
    const interrupted = mkdtempSync(join(tmpdir(), 'fusion-prime-interrupted-'));
    const program = `import { initCluster } from ${JSON.stringify(join(import.meta.dirname, '..', 'dist', 'init-cluster.js'))}; initCluster(${JSON.stringify(interrupted)});`;
    // A group of its own, so that initdb is killed too.
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      detached: true,
    });
    const ended = once(child, 'exit');
    await eventuallyThere(() =>
      readdirSync(interrupted).some((name) => existsSync(join(interrupted, name, 'PG_VERSION'))),
    );
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
    try {
      const { adminUrl } = await startPostgres({ directory: interrupted, durable: false });
      expect(await query(adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(readdirSync(interrupted).sort()).toEqual(['data', 'password', 'server.log']);
    } finally {
      await stopPostgres(interrupted);
      rmSync(interrupted, { recursive: true, force: true });
    }
  });

  it('is attached to, not started twice, when it runs already', async () => {
    const first = await startPostgres({ directory, durable: false });
    const second = await startPostgres({ directory, durable: false });
    expect(second).toEqual({ ...first, attached: true });
  });

  it('comes back with its rows after kill -9', async () => {
    const { adminUrl } = await startPostgres({ directory, durable: true });
    await query(adminUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await stopPostgres(directory, 'kill');
    const again = await startPostgres({ directory, durable: true });
    expect(await query(again.adminUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('refuses a wrong password and keeps the right one from other users', async () => {
    const { adminUrl } = await startPostgres({ directory, durable: false });
    const wrong = new URL(adminUrl);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(join(directory, 'password')).mode & 0o777).toBe(0o600);
  });

  it('has fsync on when it must be durable', async () => {
    await stopPostgres(directory);
    const { adminUrl } = await startPostgres({ directory, durable: true });
    const [row] = await query(adminUrl, `SELECT current_setting('fsync') AS fsync`);
    expect(row).toEqual({ fsync: 'on' });
  });
});
