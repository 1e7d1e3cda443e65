import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForgetDeliveries } from '../src/webhooks/forget-deliveries.js';
import { PracticeEndpoint, PracticeWebhooks } from './webhooks-practice.js';

let webhooks: PracticeWebhooks;
let endpoint: PracticeEndpoint;

beforeAll(async () => {
  webhooks = await PracticeWebhooks.open();
  endpoint = await PracticeEndpoint.listen();
});
afterAll(async () => {
  await endpoint.close();
  await webhooks.close();
});

describe('what nobody asks for any more', () => {
  it('goes: deliveries of a subscription that is gone, old messages, secrets that expired', async () => {
    const kept = await webhooks.subscribe(endpoint.url());
    const gone = await webhooks.subscribe(endpoint.url());
    const [old = '', oldPending = '', young = ''] = await webhooks.publish({}, {}, {});
    const { until } = webhooks.sender();
    await until(async () => {
      const open = (await webhooks.deliveries()).filter(({ status }) => status === 'pending');
      expect(open).toEqual([]);
    });
    await webhooks.database.query('DELETE FROM webhook_subscriptions WHERE subscription_id = $1', [
      gone.id,
    ]);
    await webhooks.database.query(
      `UPDATE webhook_messages SET created_at = now() - interval '31 days' WHERE event_id <> $1`,
      [young],
    );
    await webhooks.database.query(
      `UPDATE webhook_deliveries SET status = 'pending', finished_at = NULL WHERE event_id = $1`,
      [oldPending],
    );
    await webhooks.database.query(
      `INSERT INTO webhook_old_secrets (subscription_id, secret, expires_at)
       VALUES ($1, 'expired', now()), ($1, 'live', now() + interval '1 hour')`,
      [kept.id],
    );

    const config = { keys: [], allowHttp: true, allowPrivate: true, retentionDays: 30 };
    expect(await new ForgetDeliveries(webhooks.transactions, config).execute()).toBe(false);

    const left = await webhooks.deliveries();
    expect(left.map(({ event_id }) => event_id).sort()).toEqual([oldPending, young].sort());
    expect(left.every(({ subscription_id }) => subscription_id === kept.id)).toBe(true);
    const messages = await webhooks.database.query<{ event_id: string }>(
      'SELECT event_id FROM webhook_messages',
    );
    expect(messages.map(({ event_id }) => event_id)).not.toContain(old);
    const orphans = await webhooks.database.query(
      `SELECT FROM webhook_attempts a WHERE NOT EXISTS
         (SELECT FROM webhook_deliveries d WHERE d.delivery_id = a.delivery_id)`,
    );
    expect(orphans).toEqual([]);
    expect(await webhooks.database.query('SELECT secret FROM webhook_old_secrets')).toEqual([
      { secret: 'live' },
    ]);
  });

  it('goes in batches, until nothing is left', async () => {
    await webhooks.database.query(
      `WITH m AS (INSERT INTO webhook_messages (event_id, event_type, body, created_at)
         SELECT gen_random_uuid(), 'x', '{}', now() - interval '31 days'
           FROM generate_series(1, 501) RETURNING event_id)
       INSERT INTO webhook_deliveries (delivery_id, subscription_id, event_id, event_type, status, finished_at)
       SELECT gen_random_uuid(), 'nobody', event_id, 'x', 'delivered', now() FROM m`,
    );
    const config = { keys: [], allowHttp: true, allowPrivate: true, retentionDays: 30 };
    const forget = new ForgetDeliveries(webhooks.transactions, config);
    expect(await forget.execute()).toBe(true);
    while (await forget.execute());
    const left = await webhooks.database.query(
      `SELECT FROM webhook_deliveries WHERE subscription_id = 'nobody'`,
    );
    expect(left).toEqual([]);
  });
});
