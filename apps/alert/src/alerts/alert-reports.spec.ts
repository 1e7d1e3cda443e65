import { describe, expect, it } from '@jest/globals';
import { subscriptionsOf } from '@fusion-prime/contracts';
import { fingerprintOf } from './alert.js';
import { reportOf } from './alert-reports.js';

const at = new Date('2026-01-02T03:04:05Z');
const disabled = {
  subscription_id: 'sub-1',
  origin: 'https://client.example',
  reason: 'endpoint-gone',
  failing_since: null,
};
const parked = {
  event_id: '01900000-0000-7000-8000-000000000001',
  event_type: 'settlement.command.settled.v1',
  subscriber: 'risk-engine',
  attempts: 12,
};
const event = (type: string, data: object) => ({
  id: 'e-1',
  source: `/fusion-prime/${type.split('.')[0] ?? ''}`,
  type,
  subject: 's',
  sequence: 1,
  time: at,
  data,
  traceparent: undefined,
  correlationId: undefined,
});
const dataOf = (type: string): object => (type.includes('parked') ? parked : disabled);

describe('an event that alert listens to', () => {
  it.each(subscriptionsOf('alert').map(({ type }) => type))('is a report: %s', (type) => {
    const report = reportOf(event(type, dataOf(type)));
    expect(report).toMatchObject({ firing: true, at });
    expect(report.labels['service']).toBe(type.split('.')[0]);
  });

  it('of a webhook names the subscription, and warns', () => {
    expect(reportOf(event('settlement.webhook.disabled.v1', disabled))).toMatchObject({
      severity: 'warning',
      labels: { alertname: 'WebhookDisabled', service: 'settlement', subscription: 'sub-1' },
      annotations: { origin: 'https://client.example', reason: 'endpoint-gone', failing_since: '' },
    });
  });

  it('of a parked event names who did not get it, and is critical', () => {
    expect(reportOf(event('compliance.event.parked.v1', parked))).toMatchObject({
      severity: 'critical',
      labels: { alertname: 'EventParked', service: 'compliance', subscriber: 'risk-engine' },
      annotations: { event_type: 'settlement.command.settled.v1', attempts: '12' },
    });
  });

  it('is one trouble with the others of the same subscriber, and not with those of another', () => {
    const print = (change: object): string => {
      const report = reportOf(event('settlement.event.parked.v1', { ...parked, ...change }));
      return fingerprintOf(report.labels).toString('hex');
    };
    expect(print({ event_id: 'another', attempts: 3 })).toBe(print({}));
    expect(print({ subscriber: 'alert' })).not.toBe(print({}));
  });

  it('is a bug when alert does not listen to it', () => {
    expect(() => reportOf(event('settlement.command.settled.v1', {}))).toThrow('listens to');
  });
});
