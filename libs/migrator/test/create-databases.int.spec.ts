import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabases, dropDatabases, fleetUp, listDatabases } from '../src/index.js';
import { adminUrl, targetOf, TestFleet, threeTables } from './fleet-fixture.js';

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
});
afterAll(() => fleet.drop());

const admin = () => targetOf(adminUrl());
const create = (environment = 'test') => createDatabases(admin(), fleet.specs, { environment });

async function as(role: 'owner' | 'app', sql: string): Promise<string> {
  const client = await fleet.client('books', role);
  try {
    await client.query(sql);
    return 'allowed';
  } catch (error) {
    return (error as pg.DatabaseError).code ?? 'unknown';
  } finally {
    await client.end();
  }
}

describe('creating databases', () => {
  it('changes nothing the second time', async () => {
    const before = await fleet.query('books', 'SELECT * FROM migrator.identity');
    const [again] = await create();
    expect(again?.created).toBe(false);
    expect(await fleet.query('books', 'SELECT * FROM migrator.identity')).toEqual(before);
  });

  it('two at once make one', async () => {
    const [left, right] = await Promise.all([create(), create()]);
    expect(left).toEqual(right);
  });

  it('makes UTF8 databases that belong to their owner and greet nobody else', async () => {
    const [row] = await fleet.query<{ owner: string; encoding: string; open: boolean }>(
      'books',
      `SELECT pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding,
              has_database_privilege('pg_monitor', datname, 'CONNECT') AS open
       FROM pg_database WHERE datname = current_database()`,
    );
    expect(row).toEqual({ owner: fleet.spec('books').owner.user, encoding: 'UTF8', open: false });
  });

  it("refuses a database that is somebody else's", async () => {
    const [spec] = fleet.specs;
    const stranger = { ...spec!, service: 'other' };
    const making = createDatabases(admin(), [stranger], { environment: 'test' });
    await expect(making).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH', exitCode: 12 });
    await expect(create('production')).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH' });
  });

  it('refuses an administrator who is none', async () => {
    const spec = fleet.spec('books');
    const owner = targetOf(fleet.urlOf('books', 'owner'));
    const wanted = { ...spec, app: { user: `${spec.app.user}_new`, password: 'x' } };
    const making = createDatabases(owner, [wanted], { environment: 'test' });
    await expect(making).rejects.toMatchObject({ code: 'ADMIN_RIGHTS', exitCode: 2 });
  });

  it('sets the ceilings of both roles where a pooler cannot lose them', async () => {
    const rows = await fleet.query<{ config: string[] }>(
      'books',
      `SELECT rolconfig AS config FROM pg_roles WHERE rolname LIKE '${fleet.spec('books').database}%' ORDER BY rolname`,
    );
    for (const { config } of rows) {
      for (const setting of [
        'statement_timeout',
        'lock_timeout',
        'idle_in_transaction_session_timeout',
      ]) {
        expect(config.join()).toContain(setting);
      }
    }
  });
});

describe("the service's role", () => {
  beforeAll(async () => {
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    await fleet.query('books', `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
  });

  it.each([
    ['SELECT * FROM t1', 'allowed'],
    ['INSERT INTO t1 VALUES (1)', 'allowed'],
    ['UPDATE t1 SET id = 2', 'allowed'],
    ['DELETE FROM t1', 'allowed'],
    ['SELECT * FROM migrator.history', 'allowed'],
    ['SELECT * FROM migrator.identity', 'allowed'],
    ['TRUNCATE t1', '42501'],
    ['DROP TABLE t1', '42501'],
    ['CREATE TABLE mine (id int)', '42501'],
    ['CREATE TEMP TABLE mine (id int)', '42501'],
    ['DELETE FROM migrator.history', '42501'],
    [`UPDATE migrator.identity SET service = 'x'`, '42501'],
    ['UPDATE migrator.head SET seq = 0', '42501'],
  ])('%s: %s', async (sql, expected) => {
    expect(await as('app', sql)).toBe(expected);
  });
});

describe('the history', () => {
  it.each([
    'DELETE FROM migrator.history',
    `UPDATE migrator.history SET name = 'x'`,
    'TRUNCATE migrator.history',
  ])('is append-only even for its owner: %s', async (sql) => {
    expect(await as('owner', sql)).toBe('23001');
  });
});

describe('listing and dropping databases', () => {
  it('tells whose each is', async () => {
    const { database } = fleet.spec('books');
    const listed = await listDatabases(admin());
    const found = listed.find((one) => one.database === database);
    expect(found).toMatchObject({ service: 'books', environment: 'test', encoding: 'UTF8' });
  });

  it('drops with their connections and roles, and passes over what is gone', async () => {
    const other = await TestFleet.create([{ name: 'gone', files: threeTables }]);
    const open = await other.client('gone', 'app');
    const { database, owner, app } = other.spec('gone');
    const spec = [{ database, roles: [app.user, owner.user] }];
    expect(await dropDatabases(admin(), spec)).toEqual([database]);
    expect(await dropDatabases(admin(), spec)).toEqual([]);
    const roles = await fleet.query('books', `SELECT FROM pg_roles WHERE rolname = '${app.user}'`);
    expect(roles).toEqual([]);
    await open.end().catch(() => undefined);
    await other.drop();
  });
});
