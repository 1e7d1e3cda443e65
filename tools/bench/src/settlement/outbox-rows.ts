import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { paced, type Pace } from '../paced.js';

const ROW = `INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq,
    event_type, payload, occurred_at)`;

/** What settlement tells, and whom. `data` is SQL that makes the payload of the aggregate that `id` names. */
export interface Told {
  subscriber: string;
  aggregate: string;
  type: string;
  data: (id: string) => string;
}

/** Another service: of a webhook that was disabled. */
export const TO_ALERT: Told = {
  subscriber: 'alert',
  aggregate: 'webhook',
  type: 'settlement.webhook.disabled.v1',
  data: (id) => `json_build_object('subscription_id', ${id}, 'origin', 'https://client.example',
    'reason', 'endpoint-gone', 'failing_since', NULL)`,
};

/** Clients: of a command that was received. */
export const TO_CLIENTS: Told = {
  subscriber: 'settlement/webhooks',
  aggregate: 'command',
  type: 'settlement.command.received.v1',
  data: (
    id,
  ) => `json_build_object('command_id', ${id}, 'workflow_id', 'wf-1', 'account_ref', 'acct-1',
    'payer', 'acct-1', 'payee', 'acct-2', 'asset_symbol', 'USDC', 'amount', '12.500000000000000001',
    'status', 'received', 'reason', NULL, 'reason_iso', NULL, 'version', 1)`,
};

const APPENDERS = 8;
const LOOK_MS = 20;
const DEADLINE_MS = 300_000;

/** Events in one transaction: the n-th of every aggregate before the next of any, as when many are busy. */
export async function fillOutbox(
  client: pg.Client,
  { subscriber, aggregate, type, data }: Told,
  { aggregates, ofEach }: { aggregates: number; ofEach: number },
): Promise<void> {
  await client.query(
    `${ROW} SELECT gen_random_uuid(), '${subscriber}', '${aggregate}', 'id-' || a, s, '${type}',
            ${data(`'id-' || a`)}, now()
       FROM generate_series(1, $2::int) AS s, generate_series(1, $1::int) AS a ORDER BY s, a`,
    [aggregates, ofEach],
  );
}

/** Events at a fixed rate, each in a transaction of its own. @returns when each was about to be committed */
export async function appendAtPace(
  databaseUrl: string,
  { subscriber, aggregate, type, data }: Told,
  pace: Pace,
): Promise<Map<string, number>> {
  const appendedAt = new Map<string, number>();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: APPENDERS });
  const text = `${ROW} VALUES ($1::uuid, '${subscriber}', '${aggregate}', $1::text, 1, '${type}',
    ${data('$1::text')}, now())`;
  await paced(pace, async () => {
    const id = randomUUID();
    const client = await pool.connect();
    appendedAt.set(id, performance.now());
    await client.query({ name: 'append', text, values: [id] }).finally(() => client.release());
  });
  await pool.end();
  return appendedAt;
}

/** Until nobody's event waits any more. */
export async function untilSent(
  client: pg.Client,
  subscriber = TO_ALERT.subscriber,
): Promise<void> {
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
