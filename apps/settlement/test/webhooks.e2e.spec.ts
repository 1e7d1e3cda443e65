import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@fusion-prime/kernel';
import { eventually, serviceUnderTest } from '@fusion-prime/testing';
import { Webhook } from 'standardwebhooks';
import { settlement } from '../src/settlement.js';
import { FAILED, PracticeEndpoint, SETTLED } from './webhooks-practice.js';

const service = serviceUnderTest(settlement, { vars: { WEBHOOK_ALLOW_PRIVATE: 'true' } });
const PATH = '/webhooks/subscriptions';
// Nobody's name: nothing is resolved while private addresses are allowed.
const wish = { url: 'https://hooks.example/a', event_types: [SETTLED] };

let endpoint: PracticeEndpoint;
beforeAll(async () => {
  endpoint = await PracticeEndpoint.listen();
});
afterAll(() => endpoint.close());

interface Created {
  subscription_id: string;
  secret: string;
}
interface Delivery {
  delivery_id: string;
  event_id: string;
  status: string;
  attempts: number;
  attempt_log?: { response_status: number | null; response_body: string | null }[];
}

async function subscribe(overrides: object = {}): Promise<Created> {
  const answer = await service.api('POST', PATH, { ...wish, ...overrides });
  expect(answer.status).toBe(201);
  return answer.body as unknown as Created;
}

/** An event, where the relay finds it. */
async function publish(type = SETTLED): Promise<string> {
  const eventId = uuidv7();
  await service.database.query(
    `INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq, event_type,
       payload, occurred_at)
     VALUES ($1, 'settlement/webhooks', 'command', $2, 1, $3, $4, now())`,
    [
      eventId,
      `cmd-${eventId}`,
      type,
      JSON.stringify({
        command_id: `cmd-${eventId}`,
        workflow_id: 'wf-1',
        account_ref: 'acct-1',
        payer: 'acct-1',
        payee: 'acct-2',
        asset_symbol: 'USDC',
        amount: '12.5',
        status: type === FAILED ? 'failed' : 'settled',
        reason: null,
        reason_iso: null,
        version: 4,
      }),
    ],
  );
  return eventId;
}

async function deliveriesOf(subscriptionId: string, query = ''): Promise<Delivery[]> {
  const answer = await service.api('GET', `${PATH}/${subscriptionId}/deliveries${query}`);
  expect(answer.status).toBe(200);
  return answer.body['data'] as Delivery[];
}

describe('a subscription', () => {
  it('shows its secret once, when it is made', async () => {
    const { subscription_id, secret } = await subscribe();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const answer = await service.api('GET', `${PATH}/${subscription_id}`);
    expect(answer.text).not.toContain(secret);
    expect((await service.api('GET', PATH)).text).not.toContain('whsec_');
  });

  it('is stored with a sealed secret', async () => {
    const { subscription_id, secret } = await subscribe();
    const rows = await service.database.query(
      `SELECT to_json(s)::text AS row FROM webhook_subscriptions s WHERE subscription_id = $1`,
      [subscription_id],
    );
    expect(JSON.stringify(rows)).toContain('sealed:v1:');
    expect(JSON.stringify(rows)).not.toContain(secret.slice('whsec_'.length));
  });

  it('takes a secret of the client’s own', async () => {
    const secret = `whsec_${Buffer.alloc(64, 7).toString('base64')}`;
    expect((await subscribe({ secret })).secret).toBe(secret);
  });

  it('changes only in what is named', async () => {
    const { subscription_id } = await subscribe();
    const path = `${PATH}/${subscription_id}`;
    const answer = await service.api('PATCH', path, { enabled: false });
    expect(answer.body).toMatchObject({ ...wish, enabled: false, disabled_reason: null });
    const empty = await service.api('PATCH', path, {});
    expect(empty.status).toBe(422);
    expect(empty.body).toMatchObject({ code: 'change-empty' });
  });

  it('forgets why it was disabled once it is enabled', async () => {
    const { subscription_id } = await subscribe();
    await service.database.query(
      `UPDATE webhook_subscriptions SET enabled = false, disabled_reason = 'endpoint-gone',
         first_failure_at = now() WHERE subscription_id = $1`,
      [subscription_id],
    );
    const path = `${PATH}/${subscription_id}`;
    expect((await service.api('GET', path)).body).toMatchObject({
      disabled_reason: 'endpoint-gone',
      failing_since: expect.any(String),
    });
    const answer = await service.api('PATCH', path, { enabled: true });
    expect(answer.body).toMatchObject({ disabled_reason: null, failing_since: null });
  });

  it('is gone once it is removed', async () => {
    const { subscription_id } = await subscribe();
    const path = `${PATH}/${subscription_id}`;
    expect((await service.api('DELETE', path)).status).toBe(204);
    expect((await service.api('DELETE', path)).status).toBe(404);
    const answer = await service.api('GET', path);
    expect(answer.body).toMatchObject({ code: 'subscription-not-found' });
  });

  it.each([
    ['a scheme that is not HTTP', { url: 'ftp://hooks.example' }, '/url', 'webhook-url-malformed'],
    [
      'a password in the URL',
      { url: 'https://u:p@hooks.example' },
      '/url',
      'webhook-url-malformed',
    ],
    ['a port of mail', { url: 'https://hooks.example:25' }, '/url', 'webhook-port-forbidden'],
    [
      'an event that does not exist',
      { event_types: ['settlement.nothing.v1'] },
      '/event_types/0',
      'invalid-value',
    ],
    ['no event at all', { event_types: [] }, '/event_types', 'too-small'],
    ...['secret', 'whsec_', `whsec_${'A'.repeat(28)}`, `whsec_${'A'.repeat(88)}`].map(
      (secret): [string, object, string, string] => [
        `the secret ${secret}`,
        { secret },
        '/secret',
        'webhook-secret-malformed',
      ],
    ),
  ])('is refused with %s', async (_what, overrides, pointer, code) => {
    const answer = await service.api('POST', PATH, { ...wish, ...overrides });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ pointer, code }] });
  });
});

describe('a thousand subscriptions', () => {
  afterEach(() =>
    service.database.query(
      `DELETE FROM webhook_subscriptions WHERE subscription_id LIKE 'crowd-%'`,
    ),
  );

  it('are enough, and no event waits for more', async () => {
    await service.database.query(
      `INSERT INTO webhook_subscriptions (subscription_id, url, secret, event_types, enabled)
       SELECT 'crowd-' || n, 'https://hooks.example/', 'whsec_none', '[]', false
         FROM generate_series(1, 1000) AS n`,
    );
    const answer = await service.api('POST', PATH, wish);
    expect(answer).toMatchObject({ status: 409, body: { code: 'subscriptions-too-many' } });
    await service.database.query(
      `DELETE FROM webhook_subscriptions WHERE subscription_id <> 'crowd-1'`,
    );
    expect((await service.api('POST', PATH, wish)).status).toBe(201);
  });
});

describe('the rotation of a secret', () => {
  it('shows the new one once, and both sign until the old one expires', async () => {
    const { subscription_id, secret: old } = await subscribe({ url: endpoint.url('/rotated') });
    const answer = await service.api('POST', `${PATH}/${subscription_id}/rotate`, {});
    expect(answer.status).toBe(200);
    const { secret } = answer.body as unknown as Created;
    await publish();
    const [received] = await eventually(() => {
      expect(endpoint.at('/rotated')).toHaveLength(1);
      return endpoint.at('/rotated');
    });
    const headers = received!.headers as Record<string, string>;
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const one of [secret, old]) new Webhook(one).verify(received!.body, headers);
    await service.database.query(`UPDATE webhook_old_secrets SET expires_at = now()`);
    await publish();
    const last = await eventually(() => {
      expect(endpoint.at('/rotated')).toHaveLength(2);
      return endpoint.at('/rotated')[1]!;
    });
    expect(() =>
      new Webhook(old).verify(last.body, last.headers as Record<string, string>),
    ).toThrow();
    new Webhook(secret).verify(last.body, last.headers as Record<string, string>);
  });

  it('is refused while four replaced secrets still sign', async () => {
    const { subscription_id } = await subscribe();
    const rotate = () => service.api('POST', `${PATH}/${subscription_id}/rotate`, {});
    for (let i = 0; i < 4; i += 1) expect((await rotate()).status).toBe(200);
    const answer = await rotate();
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'rotated-too-often' });
  });

  it('keeps no secret in what it would replay', async () => {
    const key = { 'idempotency-key': uuidv7() };
    const made = await service.api('POST', PATH, wish, key);
    const again = await service.api('POST', PATH, wish, key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual({ ...made.body, secret: null });
  });
});

describe('the deliveries of a subscription', () => {
  it('are listed with what the endpoint answered, and sent again under the same id', async () => {
    const { subscription_id } = await subscribe({ url: endpoint.url('/listed') });
    endpoint.answer = (response) => response.writeHead(200).end('thanks');
    const eventId = await publish();
    const [delivery] = await eventually(async () => {
      const found = await deliveriesOf(subscription_id, '?status=delivered');
      expect(found).toMatchObject([{ event_id: eventId, attempts: 1 }]);
      return found;
    });
    const path = `/webhooks/deliveries/${delivery!.delivery_id}`;
    expect((await service.api('GET', path)).body).toMatchObject({
      status: 'delivered',
      next_attempt_at: null,
      attempt_log: [{ attempt: 1, response_status: 200, response_body: 'thanks', error: null }],
    });
    const resent = await service.api('POST', `${path}/resend`);
    expect(resent.status).toBe(202);
    expect(resent.body).toMatchObject({ status: 'pending' });
    await eventually(async () => {
      expect((await service.api('GET', path)).body).toMatchObject({
        status: 'delivered',
        attempts: 2,
      });
    });
    const ids = endpoint.at('/listed').map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([eventId, eventId]);
  });

  it('are given page by page, each once, and by their type', async () => {
    const url = endpoint.url('/paged');
    const { subscription_id } = await subscribe({ url, event_types: [SETTLED, FAILED] });
    const ids = [await publish(), await publish(), await publish(FAILED)];
    await eventually(async () => {
      expect(await deliveriesOf(subscription_id, '?status=delivered')).toHaveLength(3);
    });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = `?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { body } = await service.api('GET', `${PATH}/${subscription_id}/deliveries${query}`);
      seen.push(...(body['data'] as Delivery[]).map(({ event_id }) => event_id));
      cursor = body['next_cursor'] as string | null;
    }
    expect(seen.sort()).toEqual(ids.sort());
    const failed = await deliveriesOf(subscription_id, `?event_type=${FAILED}`);
    expect(failed).toMatchObject([{ event_id: ids[2] }]);
  });

  it('that were missed are sent again since an instant, once it is enabled', async () => {
    const { subscription_id } = await subscribe({ url: endpoint.url('/recovered') });
    await service.database.query(
      `UPDATE webhook_subscriptions SET enabled = false WHERE subscription_id = $1`,
      [subscription_id],
    );
    await service.database.query(
      `WITH m AS (
         INSERT INTO webhook_messages (event_id, event_type, body)
         SELECT gen_random_uuid(), $2, '{}' FROM generate_series(1, 3) RETURNING event_id, event_type)
       INSERT INTO webhook_deliveries (delivery_id, subscription_id, event_id, event_type, created_at)
       SELECT gen_random_uuid(), $1, event_id, event_type,
              now() - (row_number() OVER ()) * interval '1 day' FROM m`,
      [subscription_id, SETTLED],
    );
    await eventually(async () => {
      expect(await deliveriesOf(subscription_id, '?status=skipped')).toHaveLength(3);
    });
    const path = `${PATH}/${subscription_id}`;
    const since = new Date(Date.now() - 60 * 60 * 60 * 1_000).toISOString();
    const refused = await service.api('POST', `${path}/recover`, { since });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'subscription-disabled' });
    await service.api('PATCH', path, { enabled: true });
    const answer = await service.api('POST', `${path}/recover`, { since });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ requeued: 2, has_more: false });
    await eventually(async () => {
      expect(await deliveriesOf(subscription_id, '?status=delivered')).toHaveLength(2);
    });
  });

  it('are 404 when nobody made them, and once their subscription is gone', async () => {
    const path = `/webhooks/deliveries/${uuidv7()}`;
    for (const [method, route] of [
      ['GET', path],
      ['POST', `${path}/resend`],
    ] as const) {
      const answer = await service.api(method, route);
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ code: 'delivery-not-found' });
    }
    const { subscription_id } = await subscribe({ url: endpoint.url('/left') });
    await publish();
    const [left] = await eventually(async () => {
      const found = await deliveriesOf(subscription_id, '?status=delivered');
      expect(found).toHaveLength(1);
      return found;
    });
    await service.api('DELETE', `${PATH}/${subscription_id}`);
    expect((await service.api('GET', `/webhooks/deliveries/${left!.delivery_id}`)).status).toBe(
      404,
    );
    expect((await service.api('GET', `${PATH}/${subscription_id}/deliveries`)).status).toBe(404);
  });
});
