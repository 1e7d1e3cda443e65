import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource, Transactions } from '../src/index.js';
import { PracticeDatabase, WidgetEntity, configOf } from './practice-database.js';

let database: PracticeDatabase;
let dataSource: DataSource;
let transactions: Transactions;

beforeAll(async () => {
  database = await PracticeDatabase.create();
  // Two connections: what does not take part would take the second, and be seen.
  const config = configOf({
    DATABASE_URL: database.url(),
    DB_POOL_SIZE: '2',
    DB_MAX_OVERFLOW: '0',
  });
  dataSource = createDataSource(config, { service: 'settlement', entities: [WidgetEntity] });
  await dataSource.initialize();
  transactions = new Transactions(dataSource);
});
beforeEach(() => database.sql('DELETE FROM widgets'));
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const write = (label: string): Promise<unknown> =>
  transactions.run((tx) =>
    tx.query('INSERT INTO widgets (widget_id, label, weight) VALUES ($1, $2, 1)', [
      randomUUID(),
      label,
    ]),
  );
const labels = async (): Promise<string[]> => {
  const rows = await transactions.read((reader) =>
    reader.query<{ label: string }[]>('SELECT label FROM widgets ORDER BY label'),
  );
  return rows.map(({ label }) => label);
};
/** Runs `work` within a transaction that is rolled back at its end. */
const undone = (work: () => Promise<void>): Promise<unknown> =>
  transactions
    .run(async (tx) => {
      await transactions.within(tx, work);
      throw new Error('undo');
    })
    .catch((error: Error) => error.message);

describe('work within a transaction', () => {
  it('is a part of it: seen by what follows, and gone with it', async () => {
    const said = await undone(async () => {
      await write('a');
      await transactions.run(() => write('b'));
      await transactions.one((tx) => tx.query(`UPDATE widgets SET label = 'c' WHERE label = 'a'`));
      expect(await labels()).toEqual(['b', 'c']);
    });
    expect(said).toBe('undo');
    expect(await labels()).toEqual([]);
  });

  it('is a transaction of its own when it is not', async () => {
    await transactions
      .run(async () => {
        await write('a');
        throw new Error('undo');
      })
      .catch(() => undefined);
    expect(await labels()).toEqual(['a']);
  });

  it('is no part of it when several share it', async () => {
    await undone(async () => {
      await write('mine');
      await transactions.apart(() => write('shared'));
    });
    expect(await labels()).toEqual(['shared']);
  });

  it('loses what failed and nothing else', async () => {
    await undone(async () => {
      await write('a');
      await expect(write('a')).rejects.toThrow('widgets_label_key');
      await expect(transactions.read((reader) => reader.query('SELECT 1 / 0'))).rejects.toThrow(
        'division by zero',
      );
      await write('b');
      expect(await labels()).toEqual(['a', 'b']);
    });
  });

  it('may be done side by side', async () => {
    await undone(async () => {
      const pieces = ['a', 'b', 'a', 'c'].map((label) => write(label).catch(() => undefined));
      await Promise.all(pieces);
      expect(await labels()).toEqual(['a', 'b', 'c']);
    });
  });

  it('stays a part of it when that of another request ends meanwhile', async () => {
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const long = undone(async () => {
      await gate;
      await write('long');
    });
    await undone(async () => void (await write('short')));
    goOn();
    expect(await long).toBe('undo');
    expect(await labels()).toEqual([]);
  });

  it('that nobody waits for is waited for, and what begins later is no part of it', async () => {
    let later: () => Promise<unknown> = () => Promise.resolve();
    const said = await undone(async () => {
      void write('forgotten');
      let begin = (): void => undefined;
      const begun = new Promise<void>((resolve) => (begin = resolve)).then(() => write('later'));
      later = () => {
        begin();
        return begun;
      };
      await Promise.resolve();
    });
    expect(said).toBe('undo');
    await later();
    expect(await labels()).toEqual(['later']);
  });
});
