import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mayMeetPgBouncer, startPgBouncer, type Pooler } from '@fusion-prime/testing';
import type { DataSource } from 'typeorm';
import { createDataSource, prepared, Transactions } from '../src/index.js';
import { preparedName } from '../src/connection/prepared.js';
import { PracticeDatabase, WidgetEntity, configOf } from './practice-database.js';

const INSERT = prepared(
  'INSERT INTO widgets (widget_id, label, weight) VALUES ($1, $2, 1) RETURNING label',
);
const describePooler = mayMeetPgBouncer() ? describe : describe.skip;

let database: PracticeDatabase;
let dataSource: DataSource;
let transactions: Transactions;
let pooler: Pooler | undefined;

beforeAll(async () => {
  database = await PracticeDatabase.create();
});
afterEach(() => dataSource.destroy());
afterAll(async () => {
  await pooler?.stop();
  await database.drop();
});

async function open(DATABASE_URL: string, connections: number): Promise<void> {
  const config = configOf({
    ...{ DATABASE_URL, DB_POOL_SIZE: String(connections), DB_MAX_OVERFLOW: '0' },
  });
  dataSource = createDataSource(config, { service: 'settlement', entities: [WidgetEntity] });
  await dataSource.initialize();
  transactions = new Transactions(dataSource);
}

const insert = (label: string): Promise<unknown> =>
  transactions.one((tx) => tx.query(INSERT, [randomUUID(), label]));

const insertMany = (count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, () => insert(randomUUID())));

async function known(): Promise<{ statement: string; calls: number }[]> {
  return transactions.read((reader) =>
    reader.query(
      `SELECT statement, (generic_plans + custom_plans)::int AS calls
         FROM pg_prepared_statements ORDER BY prepare_time`,
    ),
  );
}

describe('a statement that is marked as prepared', () => {
  it('is prepared once on a connection, however often it runs, and no other is', async () => {
    await open(database.url(), 1);
    await insert('first');
    await insert('second');
    await transactions.read((reader) => reader.query('SELECT $1::int', [1]));
    expect(await known()).toEqual([{ statement: INSERT, calls: 2 }]);
  });

  it('is prepared anew when a migration changed what it returns', async () => {
    await open(database.url(), 3);
    await insertMany(6);
    await database.sql('ALTER TABLE widgets ALTER COLUMN label TYPE varchar(200)');
    await insertMany(6);
    const rows = await database.sql('SELECT count(*)::int AS n FROM widgets');
    expect(rows).toEqual([{ n: 14 }]);
    expect(preparedName(INSERT)).toMatch(/^fp_2_/);
  });
});

describe('a statement that somebody else prepared, or did not', () => {
  it('fails as it is, and the marked ones stay prepared', async () => {
    await open(database.url(), 1);
    const failing = transactions.read((reader) => reader.query('EXECUTE nonesuch'));
    await expect(failing).rejects.toMatchObject({ code: '26000' });
    expect(preparedName(INSERT)).toBeDefined();
  });
});

describePooler('behind a transaction pooler that knows no prepared statements', () => {
  it('runs as any other', async () => {
    pooler = await startPgBouncer({ url: database.url(), mode: 'transaction', poolSize: 2 });
    await database.sql('DELETE FROM widgets');
    await open(pooler.url, 4);
    for (let i = 0; i < 5; i += 1) await insertMany(4);
    const rows = await database.sql('SELECT count(*)::int AS n FROM widgets');
    expect(rows).toEqual([{ n: 20 }]);
    expect(preparedName(INSERT)).toBeUndefined();
  });
});
