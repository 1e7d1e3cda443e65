import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { SealSecrets } from '../src/webhooks/seal-secrets.js';
import { SecretKeys } from '../src/webhooks/secret-keys.js';
import { newSecret } from '../src/webhooks/secret.js';
import { SecretRepository } from '../src/webhooks/secret.repository.js';
import { KeptLog, PracticeEndpoint, PracticeWebhooks } from './webhooks-practice.js';

let webhooks: PracticeWebhooks;
let endpoint: PracticeEndpoint;
let log: KeptLog;

beforeAll(async () => {
  webhooks = await PracticeWebhooks.open();
});
beforeEach(async () => {
  await webhooks.database.query('TRUNCATE webhook_messages, webhook_subscriptions CASCADE');
  endpoint = await PracticeEndpoint.listen();
  log = new KeptLog();
});
afterEach(() => endpoint.close());
afterAll(() => webhooks.close());

const seal = (keys: SecretKeys): Promise<number> =>
  new SealSecrets(webhooks.transactions, new SecretRepository(), keys, log).execute();

async function storedSecrets(): Promise<string[]> {
  const rows = await webhooks.database.query<{ secret: string }>(
    `SELECT secret FROM webhook_subscriptions UNION ALL SELECT secret FROM webhook_old_secrets`,
  );
  return rows.map(({ secret }) => secret);
}

/** As a release of before inserts it: the old columns, and clear text. */
async function subscribeAsBefore(secret: string): Promise<void> {
  await webhooks.database.query(
    `INSERT INTO webhook_subscriptions (subscription_id, url, secret, event_types, enabled, description)
     VALUES ('before', $1, $2, 'settlement.command.settled.v1', true, NULL)`,
    [endpoint.url(), secret],
  );
}

function verify(secret: string): void {
  for (const { body, headers } of endpoint.received) {
    new Webhook(secret).verify(body, headers as Record<string, string>);
  }
}

describe('a secret of before', () => {
  it('signs as it is until it is sealed, and the same afterwards', async () => {
    const secret = newSecret();
    await subscribeAsBefore(secret);
    await webhooks.publish({});
    const { until } = webhooks.sender();
    await until(() => {
      expect(endpoint.received).toHaveLength(1);
    });
    expect(await seal(webhooks.keys)).toBe(1);
    expect(await storedSecrets()).toEqual([expect.stringMatching(/^sealed:v1:/)]);
    await webhooks.publish({});
    await until(() => {
      expect(endpoint.received).toHaveLength(2);
    });
    verify(secret);
  });

  it('of 256 characters has room once it is sealed', async () => {
    await subscribeAsBefore('ß'.repeat(256));
    await seal(webhooks.keys);
    const [stored = ''] = await storedSecrets();
    expect(webhooks.keys.open('before', stored)).toBe('ß'.repeat(256));
  });
});

describe('a new key', () => {
  it('seals everything anew, after which the old one is not needed', async () => {
    const { id, secret } = await webhooks.subscribe(endpoint.url());
    await webhooks.database.query(
      `INSERT INTO webhook_old_secrets (subscription_id, secret, expires_at)
       VALUES ($1, $2, now() + interval '1 hour')`,
      [id, webhooks.keys.seal(id, 'whsec_old')],
    );
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    await seal(new SecretKeys([oldKey]));
    // The first keys are not there: nothing is touched, and it is said.
    expect(log.lines).toMatchObject([
      { level: 'error', facts: { event: 'webhook-secret-unreadable', subscriptionId: id } },
      { level: 'error' },
    ]);
    const opened = (await storedSecrets()).map((stored) => webhooks.keys.open(id, stored));
    expect(opened).toEqual([secret, 'whsec_old']);

    await webhooks.database.query('DELETE FROM webhook_old_secrets');
    await webhooks.database.query('UPDATE webhook_subscriptions SET secret = $1', [
      new SecretKeys([oldKey]).seal(id, secret),
    ]);
    expect(await seal(new SecretKeys([newKey, oldKey]))).toBe(1);
    expect(await seal(new SecretKeys([newKey, oldKey]))).toBe(0);
    const [stored = ''] = await storedSecrets();
    expect(new SecretKeys([newKey]).open(id, stored)).toBe(secret);
  });
});

describe('without the key', () => {
  it('deliveries wait without an attempt, the log names the key, and others go on', async () => {
    const { id } = await webhooks.subscribe(endpoint.url('/sealed'));
    const keys = new SecretKeys([randomBytes(32)]);
    await webhooks.publish({});
    const { until } = webhooks.sender({ keys, log });
    await subscribeAsBefore(newSecret());
    await webhooks.publish({});
    await until(() => {
      expect(endpoint.at('/')).toHaveLength(1);
    });
    const waiting = (await webhooks.deliveries()).filter((row) => row.subscription_id === id);
    expect(waiting).toMatchObject([
      { status: 'pending', attempts: 0, locked: false },
      { status: 'pending', attempts: 0, locked: false },
    ]);
    // Once a minute, however often it was looked at.
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatchObject({
      level: 'error',
      facts: { event: 'webhook-secret-unreadable', subscriptionId: id },
    });
    expect(log.lines[0]?.message).toContain(webhooks.keys.currentPrefix.split(':')[2]);

    await webhooks.sender().until(() => {
      expect(endpoint.at('/sealed')).toHaveLength(2);
    });
  });
});
