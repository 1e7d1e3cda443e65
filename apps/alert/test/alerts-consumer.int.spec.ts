import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Transactions, type Tx } from '@fusion-prime/database';
import { startTestService, testDatabase, testIssuer } from '@fusion-prime/testing';
import type { RunningTestService, TestDatabase } from '@fusion-prime/testing';
import { alert } from '../src/alert.js';
import { AlertsConsumer } from '../src/alerts/alerts.consumer.js';

let database: TestDatabase;
let service: RunningTestService;

beforeAll(async () => {
  database = await testDatabase('alert');
  service = await startTestService(alert, { database, issuer: await testIssuer() });
});
afterAll(() => service.close());

let count = 0;
const disabledEvent = (subscription: string) => ({
  id: `e-${String((count += 1))}`,
  source: '/fusion-prime/settlement',
  type: 'settlement.webhook.disabled.v1',
  subject: subscription,
  sequence: 1,
  time: new Date(),
  data: {
    subscription_id: subscription,
    origin: 'https://client.example',
    reason: 'failing-too-long',
    failing_since: '2026-01-02T03:04:05.000Z',
  },
  traceparent: undefined,
  correlationId: undefined,
});
const handled = async (event: ReturnType<typeof disabledEvent>, then?: () => void) =>
  service.app.get(Transactions).run(async (tx: Tx) => {
    await service.app.get(AlertsConsumer, { strict: false }).handle(tx, event);
    then?.();
  });
const alertsOf = (subscription: string) =>
  database.query(
    `SELECT a.severity, a.state, a.annotations, t.kind, t.actor
       FROM alerts a JOIN alert_timeline t USING (alert_id) WHERE labels ->> 'subscription' = $1`,
    [subscription],
  );

describe('an event from another service', () => {
  it('is an alert with a timeline, once however often it is told', async () => {
    await handled(disabledEvent('sub-1'));
    await handled(disabledEvent('sub-1'));
    expect(await alertsOf('sub-1')).toMatchObject([
      {
        severity: 'warning',
        state: 'FIRING',
        annotations: { reason: 'failing-too-long' },
        kind: 'raised',
        actor: '/fusion-prime/settlement',
      },
    ]);
  });

  it('leaves nothing when the transaction of the inbox is undone', async () => {
    const undone = handled(disabledEvent('sub-2'), () => {
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await alertsOf('sub-2')).toEqual([]);
  });
});
