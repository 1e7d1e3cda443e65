import { describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@fusion-prime/kernel';
import { serviceUnderTest } from '@fusion-prime/testing';
import { alert } from '../src/alert.js';

const service = serviceUnderTest(alert);

const anEvent = (type: string, data: object) => ({
  specversion: '1.0',
  id: uuidv7(),
  source: `/fusion-prime/${type.split('.')[0] ?? ''}`,
  type,
  subject: 'something',
  time: '2026-01-02T03:04:05Z',
  sequence: '1',
  data,
});
const parked = (subscriber: string) =>
  anEvent('settlement.event.parked.v1', {
    event_id: uuidv7(),
    event_type: 'settlement.command.settled.v1',
    subscriber,
    attempts: 12,
  });
const take = async (events: object[]): Promise<unknown[]> => {
  const sender = await service.apiWith('alert:events');
  const type = { 'content-type': 'application/cloudevents-batch+json' };
  const { body } = await sender('POST', '/events', events, type);
  return (body['results'] as { outcome: string }[]).map(({ outcome }) => outcome);
};
const firing = async (): Promise<Record<string, unknown>[]> => {
  const { body } = await service.api('GET', '/alerts?state=FIRING&severity=critical');
  return body['data'] as Record<string, unknown>[];
};

describe('events of other services', () => {
  it('raise alerts, each event once and each trouble once', async () => {
    const [first, second, other] = [parked('webhooks'), parked('webhooks'), parked('elsewhere')];
    expect(await take([first, second, other])).toEqual(['done', 'done', 'done']);
    expect(await take([first])).toEqual(['duplicate']);
    const labels = { alertname: 'EventParked', service: 'settlement' };
    expect(await firing()).toMatchObject([
      { labels: { ...labels, subscriber: 'elsewhere' } },
      {
        labels: { ...labels, subscriber: 'webhooks' },
        annotations: { event_id: second.data['event_id' as never] },
        starts_at: '2026-01-02T03:04:05.000Z',
      },
    ]);
  });

  it('that do not fit their contract are parked, and raise nothing', async () => {
    const before = await firing();
    const wrong = anEvent('settlement.event.parked.v1', { subscriber: 'nobody' });
    expect(await take([wrong])).toEqual(['parked']);
    expect(await firing()).toEqual(before);
  });
});
