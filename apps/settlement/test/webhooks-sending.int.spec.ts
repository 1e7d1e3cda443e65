import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import {
  FAILED,
  PracticeEndpoint,
  PracticeWebhooks,
  SETTLED,
  type Received,
} from './webhooks-practice.js';

let webhooks: PracticeWebhooks;
let endpoint: PracticeEndpoint;

beforeAll(async () => {
  webhooks = await PracticeWebhooks.open();
});
beforeEach(async () => {
  await webhooks.database.query('TRUNCATE webhook_messages, webhook_subscriptions CASCADE');
  endpoint = await PracticeEndpoint.listen();
});
afterEach(() => endpoint.close());
afterAll(() => webhooks.close());

const headersOf = ({ headers }: Received): Record<string, string> =>
  headers as Record<string, string>;

describe('a webhook', () => {
  it('arrives signed, as a Standard Webhooks library verifies it', async () => {
    const { secret } = await webhooks.subscribe(endpoint.url('/hook?tenant=7'));
    const [eventId] = await webhooks.publish({ data: { amount: '0.000000000000000001' } });
    await webhooks.sender().until(async () => {
      expect(await webhooks.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    });
    const [received] = endpoint.at('/hook?tenant=7');
    expect(new Webhook(secret).verify(received!.body, headersOf(received!))).toEqual({
      type: SETTLED,
      timestamp: '2026-01-02T03:04:05.678Z',
      data: { amount: '0.000000000000000001' },
    });
    expect(received!.headers['webhook-id']).toBe(eventId);
  });

  it('goes to every enabled subscription of its type, and to no other', async () => {
    const wanted = await webhooks.subscribe(endpoint.url('/wanted'), { types: [FAILED, SETTLED] });
    const comma = await webhooks.subscribe(endpoint.url('/comma'));
    await webhooks.subscribe(endpoint.url('/other'), { types: [FAILED] });
    const off = await webhooks.subscribe(endpoint.url('/off'));
    await webhooks.database.query(
      `UPDATE webhook_subscriptions SET enabled = subscription_id <> $1,
         event_types = CASE WHEN subscription_id = $2 THEN $3 ELSE event_types END`,
      [off.id, comma.id, `${FAILED}, ${SETTLED}`],
    );
    await webhooks.publish({});
    const ids = (await webhooks.deliveries()).map(({ subscription_id }) => subscription_id);
    expect(ids.sort()).toEqual([wanted.id, comma.id].sort());
  });

  it('is made once of an event that comes twice, and its body is stored once for all', async () => {
    await webhooks.subscribe(endpoint.url('/a'));
    await webhooks.subscribe(endpoint.url('/b'));
    const [id] = await webhooks.publish({ id: '019a0000-0000-7000-8000-000000000001' });
    await webhooks.publish({ ...(id !== undefined && { id }) });
    expect(await webhooks.deliveries()).toHaveLength(2);
    expect(await webhooks.database.query('SELECT FROM webhook_messages')).toHaveLength(1);
  });

  it('that nobody wants is not kept', async () => {
    await webhooks.publish({});
    expect(await webhooks.database.query('SELECT FROM webhook_messages')).toEqual([]);
  });
});
