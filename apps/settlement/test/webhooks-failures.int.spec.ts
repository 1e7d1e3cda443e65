import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { EndpointGuard } from '../src/webhooks/endpoint-guard.js';
import { PracticeEndpoint, PracticeWebhooks, SetClock } from './webhooks-practice.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
let webhooks: PracticeWebhooks;
let endpoint: PracticeEndpoint;

beforeAll(async () => {
  webhooks = await PracticeWebhooks.open();
});
beforeEach(async () => {
  await webhooks.database.query('TRUNCATE webhook_messages, webhook_subscriptions, outbox CASCADE');
  endpoint = await PracticeEndpoint.listen();
});
afterEach(() => endpoint.close());
afterAll(() => webhooks.close());

const answerWith =
  (status: number, headers: Record<string, string> = {}, body = ''): PracticeEndpoint['answer'] =>
  (response) =>
    response.writeHead(status, headers).end(body);

async function attempts(): Promise<Record<string, unknown>[]> {
  return webhooks.database.query(
    'SELECT attempt, response_status, response_body, error FROM webhook_attempts ORDER BY attempt',
  );
}

async function subscription(): Promise<Record<string, unknown>> {
  const [row] = await webhooks.database.query<Record<string, unknown>>(
    `SELECT enabled, disabled_reason, first_failure_at, version FROM webhook_subscriptions`,
  );
  return row ?? {};
}

/** One event to one subscription, tried once. */
async function tryOnce(url = endpoint.url(), choice = {}) {
  const { id } = await webhooks.subscribe(url);
  await webhooks.publish({});
  const sender = webhooks.sender(choice);
  await sender.until(async () => {
    expect(await webhooks.deliveries()).toMatchObject([{ attempts: 1, locked: false }]);
  });
  const [delivery] = await webhooks.deliveries();
  return { id, ...sender, delivery: delivery! };
}

describe('an endpoint that fails', () => {
  it('is tried again by the schedule, and its first 2 KiB are kept', async () => {
    endpoint.answer = answerWith(500, {}, `\0${'é'.repeat(3_000)}`);
    const { delivery } = await tryOnce();
    expect(delivery).toMatchObject({ status: 'pending', retries: 1 });
    expect(delivery.wait_s).toBeGreaterThan(3);
    expect(delivery.wait_s).toBeLessThanOrEqual(5.5);
    const [attempt] = await attempts();
    expect(attempt).toMatchObject({ response_status: 500, error: null });
    // The 2,048 bytes end within a letter, and PostgreSQL holds no NUL.
    expect(attempt!['response_body']).toBe(`${'é'.repeat(1_023)}\uFFFD`);
    expect(await subscription()).toMatchObject({
      enabled: true,
      first_failure_at: expect.any(Date),
    });
  });

  it('keeps the latest fifty attempts, however often it is sent again', async () => {
    endpoint.answer = answerWith(500);
    const { until } = await tryOnce();
    await webhooks.database.query(
      `INSERT INTO webhook_attempts (delivery_id, attempt, started_at, duration_ms, error)
       SELECT delivery_id, n, now(), 1, 'timeout' FROM webhook_deliveries, generate_series(2, 60) n`,
    );
    await webhooks.database.query('UPDATE webhook_deliveries SET attempts = 60');
    await webhooks.passTime();
    await until(async () => {
      expect(await webhooks.deliveries()).toMatchObject([{ attempts: 61 }]);
    });
    const numbers = (await attempts()).map(({ attempt }) => attempt);
    expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([50, 12, 61]);
  });

  it('is forgiven with its first success', async () => {
    endpoint.answer = answerWith(500);
    const { until } = await tryOnce();
    endpoint.answer = answerWith(200);
    await webhooks.passTime();
    await until(async () => {
      expect(await webhooks.deliveries()).toMatchObject([{ status: 'delivered', attempts: 2 }]);
    });
    expect(await subscription()).toMatchObject({ first_failure_at: null });
    const ids = endpoint.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
  });

  it('fails a delivery for good after ten attempts', async () => {
    endpoint.answer = answerWith(500);
    const { until } = await tryOnce();
    await until(async () => {
      await webhooks.passTime();
      expect(await webhooks.deliveries()).toMatchObject([{ status: 'failed', attempts: 10 }]);
    });
    expect(endpoint.received).toHaveLength(10);
  });

  it('that asks for time gets it', async () => {
    endpoint.answer = answerWith(503, { 'retry-after': '7200' });
    const { delivery } = await tryOnce();
    expect(delivery.wait_s).toBeGreaterThan(7_190);
    expect(delivery.wait_s).toBeLessThanOrEqual(7_200);
  });

  it('that redirects is not followed', async () => {
    endpoint.answer = (response, { path }) =>
      path === '/' ? response.writeHead(307, { location: '/inside' }).end() : response.end();
    const { delivery } = await tryOnce();
    expect(delivery.status).toBe('pending');
    expect(endpoint.at('/inside')).toEqual([]);
    expect(await attempts()).toMatchObject([{ response_status: 307 }]);
  });

  it('that answers without end is read no further', async () => {
    endpoint.answer = (response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (response.write('x'.repeat(16_384)) && !response.destroyed);
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    };
    expect((await tryOnce()).delivery.status).toBe('delivered');
    expect(await attempts()).toMatchObject([{ response_body: 'x'.repeat(2_048) }]);
  });

  it('that hangs is given up after its time', async () => {
    endpoint.answer = () => undefined;
    const { delivery } = await tryOnce(undefined, { wholeMs: 200 });
    expect(delivery.status).toBe('pending');
    expect(await attempts()).toMatchObject([{ response_status: null, error: 'timeout' }]);
  });

  it('that does not listen is refused its connection', async () => {
    const gone = await PracticeEndpoint.listen();
    const url = gone.url();
    await gone.close();
    await tryOnce(url);
    expect(await attempts()).toMatchObject([{ error: 'connection-refused' }]);
  });

  it.each([
    ['hooks.example.com/a', 'webhook-url-malformed'],
    ['http://127.0.0.1:25/', 'webhook-port-forbidden'],
  ])('of a row that nobody checked, %s, is not called', async (url, error) => {
    await tryOnce(url);
    expect(await attempts()).toMatchObject([{ error }]);
  });
});

describe('an address that leads inside', () => {
  const strict = (addresses: LookupAddress[][] = []) =>
    new EndpointGuard(
      { allowHttp: true, allowPrivate: false },
      async () => addresses.shift() ?? [],
    );
  const inside: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];

  it('is not connected to when its URL says it', async () => {
    await tryOnce(endpoint.url(), { guard: strict() });
    expect(endpoint.received).toEqual([]);
    expect(await attempts()).toMatchObject([{ error: 'webhook-address-forbidden' }]);
  });

  it('is not connected to when a name that was public becomes it', async () => {
    const guard = strict([[{ address: '93.184.216.34', family: 4 }], inside, inside]);
    const url = `http://hooks.example:${String(endpoint.port)}/`;
    await guard.admit(url);
    await tryOnce(url, { guard });
    expect(endpoint.received).toEqual([]);
    expect(await attempts()).toMatchObject([{ error: 'webhook-address-forbidden' }]);
  });

  it('is connected to by that name where it is allowed, which shows that the guard was asked', async () => {
    const guard = new EndpointGuard({ allowHttp: true, allowPrivate: true }, async () => inside);
    const { delivery } = await tryOnce(`http://hooks.example:${String(endpoint.port)}/`, { guard });
    expect(delivery.status).toBe('delivered');
    expect(endpoint.received[0]?.headers.host).toBe(`hooks.example:${String(endpoint.port)}`);
  });

  it('is not asked in another name’s stead: TLS is told the name of the URL', async () => {
    const names: string[] = [];
    const server = createServer({
      SNICallback: (name, callback) => {
        names.push(name);
        callback(new Error('no certificate is needed to see the name'));
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const guard = new EndpointGuard({ allowHttp: true, allowPrivate: true }, async () => inside);
    await tryOnce(`https://hooks.example:${String(port)}/`, { guard });
    expect(names).toEqual(['hooks.example']);
    server.close();
  });

  it('that has no name any more is told so', async () => {
    await tryOnce('http://hooks.example:8080/', { guard: strict([[]]) });
    expect(await attempts()).toMatchObject([{ error: 'webhook-host-unresolvable' }]);
  });
});

describe('a subscription is disabled', () => {
  const events = () =>
    webhooks.database.query(
      `SELECT subscriber, aggregate_id, aggregate_seq, payload FROM outbox
        WHERE event_type = 'settlement.webhook.disabled.v1' ORDER BY subscriber`,
    );

  it('by a 410, at once, and an event says so', async () => {
    endpoint.answer = answerWith(410);
    const { id, delivery } = await tryOnce(endpoint.url('/secret-path'));
    expect(delivery.status).toBe('failed');
    expect(await subscription()).toMatchObject({
      enabled: false,
      disabled_reason: 'endpoint-gone',
      version: 1,
    });
    const payload = {
      subscription_id: id,
      origin: endpoint.url('').replace(/\/$/, ''),
      reason: 'endpoint-gone',
      failing_since: expect.any(String),
    };
    expect(await events()).toMatchObject([
      { subscriber: 'alert', aggregate_id: id, aggregate_seq: 1, payload },
      { subscriber: 'settlement/webhooks', payload },
    ]);
  });

  it('once, whatever was still on its way', async () => {
    const held: ServerResponse[] = [];
    endpoint.answer = (response) => {
      held.push(response);
      if (held.length === 1) response.writeHead(410).end();
    };
    await webhooks.subscribe(endpoint.url());
    await webhooks.publish({}, {});
    const { until } = webhooks.sender();
    await until(async () => {
      expect(await subscription()).toMatchObject({ enabled: false });
      expect(held).toHaveLength(2);
    });
    held[1]?.writeHead(410).end();
    await until(async () => {
      const statuses = (await webhooks.deliveries()).map(({ status }) => status);
      expect(statuses).toEqual(['failed', 'failed']);
    });
    expect(await events()).toHaveLength(2);
    expect(await subscription()).toMatchObject({ version: 1 });
  });

  it('after five days of failures, and not a minute before', async () => {
    endpoint.answer = answerWith(500);
    const clock = new SetClock(new Date('2026-03-01T00:00:00Z'));
    const { until } = await tryOnce(undefined, { clock });
    const failedAt = clock.instant.getTime();
    for (const [afterMs, attempt, enabled] of [
      [5 * DAY_MS - 60_000, 2, true],
      [5 * DAY_MS + 60_000, 3, false],
    ] as const) {
      clock.instant = new Date(failedAt + afterMs);
      await webhooks.passTime();
      await until(async () => {
        expect(await webhooks.deliveries()).toMatchObject([{ attempts: attempt }]);
      });
      expect(await subscription()).toMatchObject({ enabled });
    }
    expect(await subscription()).toMatchObject({ disabled_reason: 'endpoint-failing' });
    expect(await events()).toHaveLength(2);
  });

  it('and what falls due then is skipped, and nothing new is made', async () => {
    const { id } = await webhooks.subscribe(endpoint.url());
    await webhooks.publish({});
    await webhooks.database.query('UPDATE webhook_subscriptions SET enabled = false');
    await webhooks.publish({});
    await webhooks.sender().until(async () => {
      expect(await webhooks.deliveries()).toMatchObject([
        { subscription_id: id, status: 'skipped' },
      ]);
    });
    expect(endpoint.received).toEqual([]);
  });
});
