import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, EntityManager } from 'typeorm';
import { classifyDatabaseError, createDataSource, PoolGauge, Transactions } from '../src/index.js';
import { PracticeDatabase, WidgetEntity, configOf } from './practice-database.js';

let database: PracticeDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await PracticeDatabase.create();
});
afterAll(() => database.drop());
afterEach(() => dataSource.destroy());

const warnings: string[] = [];
const log = {
  info: () => undefined,
  warn: (_: object, text: string) => void warnings.push(text),
  error: () => undefined,
};

async function open(
  vars: Record<string, string> = {},
  readFile?: () => string,
): Promise<DataSource> {
  const url =
    readFile === undefined ? { DATABASE_URL: database.url() } : { DATABASE_URL_FILE: '/url' };
  const config = configOf({ DB_POOL_SIZE: '1', DB_MAX_OVERFLOW: '0', ...url, ...vars }, readFile);
  dataSource = createDataSource(config, { service: 'settlement', entities: [WidgetEntity], log });
  return dataSource.initialize();
}

const pid = async (on: DataSource | EntityManager): Promise<number> => {
  const rows = await on.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
};
const classOf = (work: Promise<unknown>) => work.then(() => 'done', classifyDatabaseError);

describe('the pool', () => {
  it('states its limits to the server, and only below the role’s ceiling', async () => {
    const shown = async (): Promise<unknown> =>
      (await dataSource.query('SHOW statement_timeout'))[0];
    await open({ DB_STATEMENT_TIMEOUT_MS: '4000' });
    expect(await shown()).toEqual({ statement_timeout: '4s' });
    await dataSource.destroy();
    await database.sql(`ALTER ROLE ${database.app} SET statement_timeout = '3s'`);
    await open({ DB_STATEMENT_TIMEOUT_MS: '4000' });
    expect(await shown()).toEqual({ statement_timeout: '3s' });
    await database.sql(`ALTER ROLE ${database.app} RESET statement_timeout`);
  });

  it('destroys a client whose statement timed out', async () => {
    await open({ DB_CONNECT_TIMEOUT_MS: '200', DB_STATEMENT_TIMEOUT_MS: '300' });
    const before = await pid(dataSource);
    expect(await classOf(dataSource.query('SELECT pg_sleep(2)'))).toBe('busy');
    expect(await pid(dataSource)).not.toBe(before);
  });

  it('destroys a client whose answer did not come, and reads no old answer afterwards', async () => {
    await open({ DB_CONNECT_TIMEOUT_MS: '200', DB_STATEMENT_TIMEOUT_MS: '300' });
    const before = await pid(dataSource);
    // Without the server's limit the client's own (300 ms + 1 s) is what ends the wait.
    const work = new Transactions(dataSource).run(async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = 0`);
      await tx.query(`SELECT pg_sleep(1.6), 'old answer' AS pid`);
    });
    expect(await classOf(work)).toBe('busy');
    const after = await pid(dataSource);
    expect(after).not.toBe(before);
    expect(typeof after).toBe('number');
  });

  it('drops a session that began read-only after the first write it spoilt', async () => {
    await database.sql(`ALTER ROLE ${database.app} SET default_transaction_read_only = on`);
    await open();
    await database.sql(`ALTER ROLE ${database.app} RESET default_transaction_read_only`);
    expect(await classOf(dataSource.query('DELETE FROM widgets'))).toBe('read-only');
    expect(await classOf(dataSource.query('DELETE FROM widgets'))).toBe('done');
  });

  it('heals after its backends were killed, idle or at work', async () => {
    await open();
    const before = await pid(dataSource);
    const kill = `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE usename = '${database.app}'`;
    await database.sql(kill);
    await new Promise((resolve) => setImmediate(resolve));
    const after = await pid(dataSource);
    expect(after).not.toBe(before);
    expect(warnings).toContain('a pooled connection was lost');

    const atWork = classOf(
      new Transactions(dataSource).run((tx) => tx.query('SELECT pg_sleep(3)')),
    );
    for (let asleep = false; !asleep;) {
      const rows = await database.sql(
        `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(3)%'`,
      );
      asleep = rows.length > 0;
    }
    await database.sql(kill);
    expect(await atWork).toBe('unavailable');
    expect(await classOf(dataSource.query('SELECT 1'))).toBe('done');
  });

  it('says overloaded when no connection is free in time, and the gauge shows why', async () => {
    await open({ DB_CONNECT_TIMEOUT_MS: '200' });
    const gauge = new PoolGauge(dataSource, 1);
    const holder = dataSource.createQueryRunner();
    await holder.connect();
    const waiting = classOf(dataSource.query('SELECT 1'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(gauge).toMatchObject({ total: 1, idle: 0, waiting: 1, max: 1, saturated: true });
    expect(await waiting).toBe('overloaded');
    await holder.release();
    expect(gauge).toMatchObject({ total: 1, idle: 1, waiting: 0, saturated: false });
  });

  it('takes up a rotated password without a restart', async () => {
    let file = database.url();
    await open({}, () => file);
    await database.sql(`ALTER ROLE ${database.app} PASSWORD 'rotated'`);
    await database.sql(
      `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE usename = '${database.app}'`,
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(await classOf(dataSource.query('SELECT 1'))).toBe('misconfigured');
    file = database.url(database.app, 'rotated');
    expect(await classOf(dataSource.query('SELECT 1'))).toBe('done');
    await database.sql(`ALTER ROLE ${database.app} PASSWORD 'app'`);
  });
});

describe('a transaction', () => {
  const insert = `INSERT INTO widgets VALUES (gen_random_uuid(), $1, 'red', 1)`;
  const count = async (label: string): Promise<number> => {
    const rows = await database.sql(`SELECT FROM widgets WHERE label = '${label}'`);
    return rows.length;
  };

  it('is committed when the work returns and undone when it throws', async () => {
    await open();
    const transactions = new Transactions(dataSource);
    await transactions.run((tx) => tx.query(insert, ['kept']));
    const failing = transactions.run(async (tx) => {
      await tx.query(insert, ['undone']);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([await count('kept'), await count('undone')]).toEqual([1, 0]);
  });

  it.each(['40001', '40P01'])('is repeated after %s, at most three times', async (state) => {
    await open();
    let attempts = 0;
    const transactions = new Transactions(dataSource, undefined, () => 0);
    const raise = `DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '${state}'; END $$`;
    const succeedAt = (last: number) =>
      transactions.run(async (tx) => {
        attempts += 1;
        if (attempts < last) await tx.query(raise);
        return attempts;
      });
    expect(await succeedAt(4)).toBe(4);
    attempts = 0;
    expect(await classOf(succeedAt(5))).toBe('contention');
    expect(attempts).toBe(4);
  });

  it.each([
    [
      `INSERT INTO widgets VALUES (gen_random_uuid(), 'twice', NULL, 1), (gen_random_uuid(), 'twice', NULL, 1)`,
      'duplicate',
    ],
    [`INSERT INTO widgets VALUES (gen_random_uuid(), 'light', NULL, 0)`, 'invalid'],
    [`INSERT INTO widgets VALUES (gen_random_uuid(), NULL, NULL, 1)`, 'invalid'],
    [`INSERT INTO widgets VALUES ('x', 'x', NULL, 1)`, 'invalid'],
    [`SELECT * FROM nowhere`, 'misconfigured'],
    [`CREATE TABLE mine ()`, 'misconfigured'],
    [`SELEKT`, null],
  ])('that fails with %s is told by class', async (text, kind) => {
    await open();
    const seen: unknown[] = [];
    const transactions = new Transactions(dataSource, (each) => seen.push(each));
    expect(await classOf(transactions.run((tx) => tx.query(text)))).toBe(kind);
    expect(seen).toEqual(kind === null ? [] : [kind]);
  });
});
