import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Tx } from '@fusion-prime/database';
import { eventually } from '@fusion-prime/testing';
import type { ServerResponse } from 'node:http';
import { PracticeEndpoint, PracticeWebhooks, SETTLED } from './webhooks-practice.js';

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

/** Many deliveries of one subscription, as fan-out would have made them. */
async function backlog(subscriptionId: string, count: number): Promise<void> {
  await webhooks.database.query(
    `WITH m AS (
       INSERT INTO webhook_messages (event_id, event_type, body)
       SELECT gen_random_uuid(), $2, '{}' FROM generate_series(1, $3) RETURNING event_id, event_type)
     INSERT INTO webhook_deliveries (delivery_id, subscription_id, event_id, event_type)
     SELECT gen_random_uuid(), $1, event_id, event_type FROM m`,
    [subscriptionId, SETTLED, count],
  );
}

describe('an endpoint that does not answer', () => {
  it('delays nobody, however many of its kind there are', async () => {
    endpoint.answer = (response, { path }) => {
      if (path === '/well') response.end();
    };
    const dead = await PracticeEndpoint.listen();
    const deadUrl = dead.url();
    await dead.close();
    // Subscribed first: in the order of ids they come before the one that is well.
    const hanging: { id: string }[] = [];
    for (let i = 0; i < 12; i += 1) hanging.push(await webhooks.subscribe(endpoint.url('/hangs')));
    for (const { id } of hanging) await backlog(id, 20);
    const { id: deadId } = await webhooks.subscribe(deadUrl);
    await backlog(deadId, 20);
    const { id: wellId } = await webhooks.subscribe(endpoint.url('/well'));
    await backlog(wellId, 50);
    // Fewer slots than hanging requests: they are given back while the requests still hang.
    const { until } = webhooks.sender({ slots: 8, wholeMs: 30_000 });
    await until(async () => {
      const delivered = (await webhooks.deliveries()).filter(
        ({ status }) => status === 'delivered',
      );
      expect(delivered).toHaveLength(50);
    });
    const rows = await webhooks.deliveries();
    const hangs = rows.filter(({ subscription_id }) =>
      hanging.some(({ id }) => id === subscription_id),
    );
    expect(hangs.filter(({ attempts }) => attempts > 0)).toEqual([]);
    expect(
      new Set(rows.filter(({ attempts }) => attempts > 0).map((row) => row.subscription_id)),
    ).toEqual(new Set([deadId, wellId]));
  });
});

describe('while results wait to be stored', () => {
  it('no more is claimed than has room', async () => {
    const { id } = await webhooks.subscribe(endpoint.url('/quick'));
    await backlog(id, 100);
    const { sender, results, until } = webhooks.sender({ slots: 8 });
    await eventually(async () => {
      await sender.turn();
      expect(results.size).toBeGreaterThanOrEqual(8);
      expect(sender.inFlight).toBe(results.size);
    });
    const sent = endpoint.at('/quick').length;
    expect(await sender.turn()).toBe(false);
    expect(sent).toBeLessThan(24);
    await until(() => {
      expect(endpoint.at('/quick')).toHaveLength(100);
    });
  });

  it('an endpoint that is gone gets nothing more', async () => {
    endpoint.answer = (response) => response.writeHead(410).end();
    const { id } = await webhooks.subscribe(endpoint.url('/gone'));
    await backlog(id, 100);
    const { sender, results } = webhooks.sender({ slots: 64 });
    await sender.turn();
    await eventually(() => expect(results.size).toBe(4));
    expect(await sender.turn()).toBe(false);
    await results.turn();
    await sender.turn();
    expect(endpoint.at('/gone')).toHaveLength(4);
  });
});

describe('a backlog', () => {
  it('is claimed in shares, whatever waits before them', async () => {
    const { id: large } = await webhooks.subscribe(endpoint.url('/large'));
    await backlog(large, 5_000);
    const { id: small } = await webhooks.subscribe(endpoint.url('/small'));
    await backlog(small, 3);
    const { until } = webhooks.sender({ slots: 16 });
    await until(() => {
      expect(endpoint.at('/small')).toHaveLength(3);
    });
    expect(endpoint.at('/large').length).toBeLessThan(100);
  });

  it('of many subscriptions is walked in bounded steps, round and round', async () => {
    const ids = [];
    for (let i = 0; i < 7; i += 1) ids.push((await webhooks.subscribe(endpoint.url())).id);
    for (const id of ids) await backlog(id, 1);
    const seen: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const walk = await webhooks.transactions.read((tx) =>
        webhooks.due.endpoints(tx, after ?? '', 3),
      );
      expect(walk.endpoints.length).toBeLessThanOrEqual(3);
      seen.push(...walk.endpoints.map(({ subscriptionId }) => subscriptionId));
      after = walk.next;
    }
    expect(seen).toEqual([...ids].sort());
  });

  it('of more subscriptions than slots is served to all of them in turn', async () => {
    endpoint.answer = (response) => response.end();
    const ids = [];
    for (let i = 0; i < 6; i += 1)
      ids.push((await webhooks.subscribe(endpoint.url(`/${String(i)}`))).id);
    for (const id of ids) await backlog(id, 200);
    const { until } = webhooks.sender({ slots: 2 });
    await until(() => {
      for (let i = 0; i < 6; i += 1) expect(endpoint.at(`/${String(i)}`).length).toBeGreaterThan(2);
    });
    expect(endpoint.received.length).toBeLessThan(200);
  });
});

describe('two senders', () => {
  it('send each delivery once between them', async () => {
    const { id } = await webhooks.subscribe(endpoint.url());
    await backlog(id, 60);
    const [one, two] = [webhooks.sender(), webhooks.sender()];
    await Promise.all(
      [one, two].map(({ until }) =>
        until(async () => {
          const waiting = (await webhooks.deliveries()).filter(
            ({ status }) => status === 'pending',
          );
          expect(waiting).toEqual([]);
        }),
      ),
    );
    expect(endpoint.received).toHaveLength(60);
  });

  it('claim what the other has not, without waiting for it', async () => {
    const { id } = await webhooks.subscribe(endpoint.url());
    await backlog(id, 5);
    const share = [{ subscriptionId: id, count: 3 }];
    const claim = (tx: Tx) => webhooks.due.claim(tx, share, 60_000);
    const [first, second] = await webhooks.transactions.run(async (tx) => [
      await claim(tx),
      await webhooks.transactions.run(claim),
    ]);
    expect([first?.length, second?.length]).toEqual([3, 2]);
    const claimed = [...(first ?? []), ...(second ?? [])].map(({ deliveryId }) => deliveryId);
    expect(new Set(claimed).size).toBe(5);
  });

  it('that both sent a delivery count it once: who comes late is left out', async () => {
    const { id } = await webhooks.subscribe(endpoint.url());
    await backlog(id, 1);
    const held: ServerResponse[] = [];
    endpoint.answer = (response) => {
      if (held.length === 0) held.push(response);
      else response.end();
    };
    const slow = webhooks.sender({ leaseMs: 1 });
    await slow.until(() => {
      expect(endpoint.received).toHaveLength(1);
    });
    await webhooks.sender().until(async () => {
      expect(await webhooks.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    });
    held[0]?.writeHead(500).end();
    await slow.until(() => {
      expect(slow.results.size).toBe(0);
      expect(slow.sender.inFlight).toBe(0);
    });
    expect(await webhooks.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    const attempts = await webhooks.database.query('SELECT response_status FROM webhook_attempts');
    expect(attempts).toEqual([{ response_status: 200 }]);
    expect(new Set(endpoint.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });
});
