import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, spawnService, testIssuer, testVariables } from '@fusion-prime/testing';
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

const keyFile = join(mkdtempSync(join(tmpdir(), 'webhooks-')), 'keys');

async function start() {
  const vars = {
    WEBHOOK_ENCRYPTION_KEY_FILE: keyFile,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  };
  const issuer = await testIssuer();
  const service = await spawnService(
    'settlement',
    testVariables({ database: webhooks.database, issuer, vars }),
  );
  await service.ready();
  return service;
}

describe('a webhook that was sent when the service was killed', () => {
  it('is sent again under the same webhook-id', async () => {
    writeFileSync(keyFile, randomBytes(32).toString('base64'));
    // Clear text, as before: this process seals it.
    await webhooks.database.query(
      `INSERT INTO webhook_subscriptions (subscription_id, url, secret, event_types)
       VALUES ('sub-1', $1, 'whsec_c2VjcmV0', 'settlement.command.settled.v1')`,
      [endpoint.url()],
    );
    endpoint.answer = () => undefined;
    const first = await start();
    await eventually(async () => {
      const [stored] = await webhooks.database.query<{ secret: string }>(
        'SELECT secret FROM webhook_subscriptions',
      );
      expect(stored?.secret).toMatch(/^sealed:v1:/);
    });
    const [eventId] = await webhooks.publish({});
    await eventually(() => {
      expect(endpoint.received).toHaveLength(1);
    });
    await first.kill('SIGKILL');
    expect(await webhooks.deliveries()).toMatchObject([
      { status: 'pending', attempts: 0, locked: true },
    ]);
    endpoint.answer = (response) => response.end();
    // Its lease is over.
    await webhooks.database.query('UPDATE webhook_deliveries SET locked_until = now()');
    const second = await start();
    await eventually(async () => {
      expect(await webhooks.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    });
    const ids = endpoint.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([eventId, eventId]);

    // What hangs while the service ends is given back, and nobody's failure.
    endpoint.answer = () => undefined;
    await webhooks.publish({});
    await eventually(() => {
      expect(endpoint.received).toHaveLength(3);
    });
    expect(await second.kill('SIGTERM')).toBe(0);
    expect((await webhooks.deliveries())[1]).toMatchObject({
      status: 'pending',
      attempts: 0,
      locked: false,
    });
  });
});
