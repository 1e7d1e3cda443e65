import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { takeSql } from '../src/relay/due-sql.js';
import { PracticeOutbox } from './practice-outbox.js';

let store: PracticeOutbox;
beforeAll(async () => {
  store = await PracticeOutbox.open();
});
afterAll(() => store.close());

/** Rows as a week of use leaves them. */
const ROWS = `INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq, event_type,
    payload, occurred_at, status, sent_at)
  SELECT gen_random_uuid(), 'settlement', 'transfer', $1 || n, 1, 'compliance.transfer.decided.v1', '{}', now(),
    $1, CASE WHEN $1 = 'sent' THEN now() END FROM generate_series(1, $2::int) AS n`;

describe('a claim', () => {
  it('looks through what is pending once, also when statistics know of nothing pending', async () => {
    const { database } = store;
    await database.query(ROWS, ['sent', 20_000]);
    await database.query('ANALYZE outbox');
    await database.query(ROWS, ['pending', 2_000]);
    const set = `locked_until = now() + $6 * interval '1 millisecond'`;
    const plan = await database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (COSTS OFF) ${takeSql(set)}`,
      ['settlement', 400, 100, 400, [], 30_000],
    );
    const lines = plan.map((row) => row['QUERY PLAN']);
    const byKey = lines.filter((line) => line.includes('outbox_pkey'));
    const throughDue = lines.filter((line) => line.includes('outbox_due'));
    expect({ byKey: byKey.length, throughDue: throughDue.length }).toEqual({
      byKey: 2,
      throughDue: 1,
    });
  });
});
