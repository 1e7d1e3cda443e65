import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** To alert, of webhooks that were disabled: what settlement tells another service. */
const ROW = `INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq,
    event_type, payload, occurred_at)`;
const PAYLOAD = (id: string): string => `json_build_object('subscription_id', ${id},
    'origin', 'https://client.example', 'reason', 'endpoint-gone', 'failing_since', NULL)`;

// The n-th event of every aggregate before the next of any: as they come when many are busy.
const MANY = `${ROW}
  SELECT gen_random_uuid(), 'alert', 'webhook', 'sub-' || a, s, 'settlement.webhook.disabled.v1',
         ${PAYLOAD(`'sub-' || a`)}, now()
    FROM generate_series(1, $2::int) AS s, generate_series(1, $1::int) AS a ORDER BY s, a`;

const ONE = `${ROW} VALUES ($1::uuid, 'alert', 'webhook', $1::text, 1, 'settlement.webhook.disabled.v1',
    ${PAYLOAD('$1::text')}, now())`;

const LOOK_MS = 20;
const DEADLINE_MS = 300_000;

/** Events in one transaction. */
export async function fillOutbox(
  client: pg.Client,
  { aggregates, ofEach }: { aggregates: number; ofEach: number },
): Promise<void> {
  await client.query(MANY, [aggregates, ofEach]);
}

/** One event in a transaction of its own. */
export async function appendOne(client: pg.Client, eventId: string): Promise<void> {
  await client.query({ name: 'append-one', text: ONE, values: [eventId] });
}

/** Until nobody's event waits any more. */
export async function untilSent(client: pg.Client, subscriber = 'alert'): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT FROM outbox WHERE subscriber = $1 AND status = 'pending' LIMIT 1`,
      [subscriber],
    );
    if (rowCount === 0) return;
    if (performance.now() > deadline) throw new Error('events wait after five minutes');
    await sleep(LOOK_MS);
  }
}
