import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeysetPosition, Page } from '@fusion-prime/kernel';
import { EscrowRepository, type EscrowSearch } from '../src/escrows/escrow.repository.js';
import { ListEscrows } from '../src/escrows/list-escrows.js';
import { DeliveryRepository, type DeliverySearch } from '../src/webhooks/delivery.repository.js';
import { ListDeliveries } from '../src/webhooks/list-deliveries.js';
import { SubscriptionRepository } from '../src/webhooks/subscription.repository.js';
import { settlementParts, type Parts } from './ledger/parts.js';
import { rowsRead } from './rows-read.js';

const COUNT = 3_000;

// Two in each millisecond, one in 1,000 in dispute.
const ESCROWS = `INSERT INTO escrows (escrow_id, payer, payee, arbiter, asset_symbol, amount, refunded, state,
    created_at, updated_at)
  SELECT gen_random_uuid(), 'a', 'b', 'c', 'USDC', 1, CASE n % 1000 WHEN 1 THEN 0 ELSE 1 END,
         CASE n % 1000 WHEN 1 THEN 'disputed' ELSE 'refunded' END,
         timestamptz '2026-01-01' + n / 2 * interval '1 ms', now()
    FROM generate_series(1, ${COUNT}) AS n`;

// For two subscriptions: one delivery in 500 waits, one in 300 failed, and of the oldest third most were skipped.
const DELIVERIES = `
  WITH messages AS (
    INSERT INTO webhook_messages (event_id, event_type, body)
    SELECT gen_random_uuid(), CASE WHEN n % 700 < 2 THEN 'settlement.escrow.split.v1'
                                   ELSE 'settlement.command.settled.v1' END, n::text
      FROM generate_series(1, ${2 * COUNT}) AS n
    RETURNING event_id, event_type, body::int AS n)
  INSERT INTO webhook_deliveries (delivery_id, subscription_id, event_id, event_type, status, attempts,
    created_at, finished_at)
  SELECT gen_random_uuid(), 'sub-' || n % 2, event_id, event_type, status, 1,
         timestamptz '2026-01-01' + n / 4 * interval '1 ms',
         CASE WHEN status <> 'pending' THEN now() END
    FROM messages, LATERAL (SELECT CASE WHEN n % 500 < 2 THEN 'pending' WHEN n % 300 < 2 THEN 'failed'
           WHEN n < ${COUNT} / 3 AND n % 5 > 0 THEN 'skipped' ELSE 'delivered' END AS status) AS its`;

let parts: Parts;
beforeAll(async () => {
  parts = await settlementParts();
  const { database } = parts;
  await database.query(ESCROWS);
  await database.query(
    `INSERT INTO webhook_subscriptions (subscription_id, url, secret, event_types)
     VALUES ('sub-0', 'https://a.example', '', '*'), ('sub-1', 'https://b.example', '', '*')`,
  );
  await database.query(DELIVERIES);
  await database.query('ANALYZE');
});
afterAll(() => parts.close());

/** Page after page to the end: their items. */
async function walk<Item>(
  pageAfter: (after: KeysetPosition | null) => Promise<Page<Item>>,
): Promise<Item[]> {
  const found: Item[] = [];
  let [after, pages] = [null as KeysetPosition | null, 0];
  do {
    const { items, next } = await pageAfter(after);
    found.push(...items);
    after = next;
    pages += 1;
  } while (after !== null && pages < COUNT);
  return found;
}

/** By a query that knows of no page. */
async function idsOf(id: string, table: string, where: string): Promise<string[]> {
  const rows = await parts.database.query<{ id: string }>(
    `SELECT ${id} AS id FROM ${table} WHERE ${where} ORDER BY created_at DESC, ${id} DESC`,
  );
  return rows.map((row) => row.id);
}

describe('a search for escrows in a state', () => {
  const escrows = new EscrowRepository();
  const list = (query: EscrowSearch) => new ListEscrows(parts.transactions, escrows).execute(query);
  const readFor = (query: EscrowSearch) =>
    rowsRead(parts.transactions, (reader) => escrows.list(reader, query));

  it.each([
    ['disputed', 1, 400],
    ['disputed', 2, 997],
    ['created', 50, 1_000],
    ['refunded', 199, 500],
  ] as const)('finds every one that is %s, once', async (state, limit, stretch) => {
    const found = await walk((after) => list({ state, after, limit, stretch }));
    const ids = await idsOf('escrow_id', 'escrows', `state = '${state}'`);
    expect(found.map(({ escrowId }) => escrowId)).toEqual(ids);
  });

  it('reads no more than its stretch; without a state, no more than a page', async () => {
    const query = { after: null, limit: 50, stretch: 300 };
    expect(await readFor({ ...query, state: 'created' })).toBe(300);
    expect(await readFor({ ...query, state: undefined })).toBe(51);
  });
});

type Filter = Omit<DeliverySearch['filter'], 'subscriptionId'>;
const SPLIT = 'settlement.escrow.split.v1';

describe('a search for deliveries', () => {
  const deliveries = new DeliveryRepository();
  const subscriptionId = 'sub-1';
  const list = (query: DeliverySearch) =>
    new ListDeliveries(parts.transactions, new SubscriptionRepository(), deliveries).execute(query);
  const readFor = (filter: Filter) =>
    rowsRead(parts.transactions, (reader) => {
      const page = { after: null, limit: 50, stretch: 60 };
      return deliveries.list(reader, { filter: { subscriptionId, ...filter }, ...page });
    });

  it.each<[Filter, string]>([
    [{}, 'true'],
    [{ status: 'pending' }, `status = 'pending'`],
    [{ status: 'delivered' }, `status = 'delivered'`],
    [{ status: 'failed' }, `status = 'failed'`],
    [{ status: 'skipped' }, `status = 'skipped'`],
    [{ eventType: SPLIT }, `event_type = '${SPLIT}'`],
    [{ status: 'pending', eventType: SPLIT }, `status = 'pending' AND event_type = '${SPLIT}'`],
    [{ status: 'failed', eventType: SPLIT }, `status = 'failed' AND event_type = '${SPLIT}'`],
  ])('finds every one of %j, once', async (filter, where) => {
    const mine = { subscriptionId, ...filter };
    const ids = await idsOf(
      'delivery_id',
      'webhook_deliveries',
      `subscription_id = 'sub-1' AND ${where}`,
    );
    for (const [limit, stretch] of [
      [20, 350],
      [200, 301],
    ] as const) {
      const found = await walk((after) => list({ filter: mine, after, limit, stretch }));
      expect(found.map(({ deliveryId }) => deliveryId)).toEqual(ids);
    }
  });

  it.each<[Filter, number]>([
    [{}, 51],
    [{ eventType: 'settlement.group.failed.v1' }, 60],
    [{ status: 'delivered', eventType: 'settlement.group.failed.v1' }, 60],
    [{ status: 'failed', eventType: 'settlement.group.failed.v1' }, 60],
  ])('of %j reads no more than its stretch, or a page', async (filter, rows) => {
    expect(await readFor(filter)).toBe(rows);
  });

  it.each(['pending', 'failed'] as const)(
    'finds what is %s behind all that was delivered since',
    async (status) => {
      const filter = { subscriptionId, status };
      const newest = await list({ filter, after: null, limit: 1, stretch: 10 });
      expect(newest.items).toHaveLength(1);
    },
  );
});
