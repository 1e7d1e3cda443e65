import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readPostmaster } from '@fusion-prime/postgres-server';
import { openSession } from '../src/run/session.js';
import { openShadow, type Shadow, withShadow } from '../src/shadow/shadow.js';
import { fleetVerify } from '../src/verify/fleet-verify.js';
import { adminUrl, majorVersion, TestFleet, targetOf, threeTables } from './fleet-fixture.js';

const open: Shadow[] = [];
afterAll(async () => {
  for (const shadow of open) await shadow.stop();
});

const foldersOf = (pid: number): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`fp-shadow-${pid}-`));

async function ask(shadow: Shadow, sql: string): Promise<unknown> {
  const { owner } = await shadow.createDatabase('books');
  const client = await openSession(owner, 'books');
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows[0];
  } finally {
    await client.end();
  }
}

describe('the shadow', () => {
  it.each([15, 16, 17, 18])(
    'is a PostgreSQL %i of its own, whose owner role is no superuser',
    async (majorVersion) => {
      await withShadow({ majorVersion }, async (shadow) => {
        expect(shadow.throwaway).toBe(true);
        const sql = `SELECT current_setting('server_version_num')::int / 10000 AS version,
          (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super`;
        expect(await ask(shadow, sql)).toEqual({ version: majorVersion, super: false });
      });
      expect(foldersOf(process.pid)).toEqual([]);
    },
  );

  it('uses the server that is named, and leaves neither databases nor roles there', async () => {
    const url = targetOf(adminUrl());
    const version = await majorVersion();
    const name = await withShadow({ url }, async (shadow) => {
      expect(shadow).toMatchObject({ throwaway: false, majorVersion: version });
      const { database } = (await ask(shadow, 'SELECT current_database() AS database')) as {
        database: string;
      };
      return database;
    });
    expect(name).toMatch(/^fp_shadow_[0-9a-f]{12}$/);
    const client = new pg.Client({ connectionString: adminUrl() });
    await client.connect();
    const { rows } = await client.query(
      `SELECT datname FROM pg_database WHERE datname = $1
       UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE $1 || '%'`,
      [name],
    );
    await client.end();
    expect(rows).toEqual([]);
  });

  it('refuses a version that nobody supports, and a server of another version', async () => {
    const refused = { code: 'SHADOW_UNAVAILABLE', exitCode: 2 };
    await expect(openShadow({ majorVersion: 14 })).rejects.toMatchObject(refused);
    const another = (await majorVersion()) === 15 ? 16 : 15;
    const url = targetOf(adminUrl());
    await expect(openShadow({ majorVersion: another, url })).rejects.toMatchObject(refused);
  });

  it('removes the server that a killed command has left behind', async () => {
    const script = `const { openShadow } = await import('./dist/shadow/shadow.js');
      await openShadow({}); process.stdout.write('open'); setInterval(() => undefined, 1000);`;
    const root = join(import.meta.dirname, '..');
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd: root });
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    const [folder = ''] = foldersOf(pid);
    const dataDir = join(tmpdir(), folder, 'data');
    const server = readPostmaster(dataDir);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(server).not.toBeNull();
    expect(readPostmaster(dataDir)).toEqual(server);
    open.push(await openShadow({}));
    expect(readPostmaster(dataDir)).toBeNull();
    expect(existsSync(join(tmpdir(), folder))).toBe(false);
  });

  it('is never the server of a database that serves anybody', async () => {
    const live = await TestFleet.create([{ name: 'books', files: threeTables }], 'production');
    try {
      const apartFrom = live.load().databases;
      const opening = openShadow({ url: targetOf(adminUrl()), apartFrom });
      await expect(opening).rejects.toMatchObject({ code: 'SHADOW_IS_LIVE', exitCode: 12 });
      const report = await fleetVerify(live.load(), {
        shadow: { url: targetOf(adminUrl()) },
      }).catch((error: unknown) => error);
      expect(report).toMatchObject({ code: 'SHADOW_IS_LIVE' });
    } finally {
      await live.drop();
    }
  });
});
