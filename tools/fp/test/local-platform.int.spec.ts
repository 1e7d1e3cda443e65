import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  forgetLocalPlatform,
  postgresDirectory,
  readLocalPlatform,
  startPostgres,
  stopPostgres,
  writeLocalPlatform,
} from '@fusion-prime/postgres-server';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '..', 'bin', 'fp.mjs');
const checkout = mkdtempSync(join(tmpdir(), 'fp-checkout-'));

/** A checkout of its own, with one database in its fleet and the embedded server running in it. */
beforeAll(async () => {
  mkdirSync(join(checkout, 'migrations', 'books'), { recursive: true });
  mkdirSync(join(checkout, 'deep', 'inside'), { recursive: true });
  writeFileSync(join(checkout, 'nx.json'), '{}');
  writeFileSync(
    join(checkout, 'migrations', 'fleet.yaml'),
    `version: 1
databases:
  - { name: books, database: books_db, url: BOOKS_DATABASE_URL, migrateUrl: BOOKS_MIGRATE_URL, migrations: ./books }
`,
  );
  writeFileSync(join(checkout, 'migrations', 'books', '1_t.sql'), 'CREATE TABLE t (id int);');
  const directory = postgresDirectory(checkout);
  const { port, adminUrl } = await startPostgres({ directory, durable: false });
  const url = (role: string): string => `postgresql://${role}:secret@127.0.0.1:${port}/books_db`;
  const variables = {
    BOOKS_DATABASE_URL: url('books_app'),
    BOOKS_MIGRATE_URL: url('books_owner'),
  };
  writeLocalPlatform(checkout, { port, adminUrl, variables });
});
afterAll(async () => {
  await stopPostgres(postgresDirectory(checkout), 'kill');
  rmSync(checkout, { recursive: true, force: true });
});

function fp(...args: string[]) {
  return fpWith({}, ...args);
}

function fpWith(vars: Record<string, string>, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: join(checkout, 'deep', 'inside'),
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...vars },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** A fleet file beside the checkout's own. */
function fleetOf(entry: string): string {
  const file = join(checkout, 'migrations', 'another.yaml');
  writeFileSync(file, `version: 1\ndatabases:\n  - { ${entry} }\n`);
  return file;
}

describe('while the local platform of a checkout is up', () => {
  it('needs no setting, from any folder of it, and says which target it uses', () => {
    expect(fp('migrate', 'lock').status).toBe(0);
    const created = fp('databases', 'create');
    expect([created.status, created.stdout]).toEqual([0, expect.stringContaining('development')]);
    const up = fp('migrate', 'up');
    expect([up.status, up.stdout]).toEqual([0, expect.stringContaining('books (1)')]);
    expect(up.stderr).toContain('target: the local platform of this checkout');
    expect(fp('doctor').status).toBe(0);
  });

  it('is not offered to a fleet of which it has no database', () => {
    const shop = fleetOf('name: shop, database: shop, url: SHOP_URL, migrations: ./books');
    const { status, stdout, stderr } = fp('migrate', 'status', '--fleet', shop);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^NO_TARGET .*set SHOP_URL of .* to URLs such as postgresql:/);
  });

  it('lets doctor say how one role for both becomes two', () => {
    const one = fleetOf(
      'name: books, database: books_db, url: BOOKS_MIGRATE_URL, migrations: ./books',
    );
    const { status, stdout } = fp('doctor', '--fleet', one);
    expect([status, stdout]).toEqual([12, expect.stringMatching(/^WRONG +books +APP_ROLE /m)]);
    expect(stdout).toContain(`migrateUrl: VARIABLE`);
    expect(stdout).toContain(`npx fp databases create --fleet ${one}`);
  });

  it('lets doctor tell a server that is down from a password that is wrong', () => {
    const shop = fleetOf('name: shop, database: shop, url: SHOP_URL, migrations: ./books');
    const mended = (url: string): string =>
      fpWith({ SHOP_URL: url }, 'doctor', '--fleet', shop).stdout;
    expect(mended('postgresql://nobody:wrong@127.0.0.1:1/shop')).toMatch(/^shop: start it: /m);
    const { port } = readLocalPlatform(checkout) ?? { port: 0 };
    const wrong = mended(`postgresql://nobody:wrong@127.0.0.1:${port}/shop`);
    expect(wrong).toMatch(/^shop: mend the URL; or make the roles .*databases create --fleet/m);
    expect(wrong).not.toContain('start it');
  });

  it('is not used once it is gone: nothing is invented', () => {
    forgetLocalPlatform(checkout);
    const { status, stdout, stderr } = fp('migrate', 'status');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/NO_TARGET .*npm run db:up/);
  });
});
