import { describe, expect, it } from '@jest/globals';
import { asyncApiDocument, transferDecided } from '@fusion-prime/contracts';
import { cloudEventSchema, storableEventSchema, toWireEvent } from './cloud-event.js';

const stored = {
  eventId: '018f0000-0000-7000-8000-000000000001',
  eventType: transferDecided.type,
  aggregateId: 'transfer-1',
  aggregateSeq: 7,
  payload: '{"amount": "0.10", "note": "as it was written"}',
  headers: { correlationid: 'c-1', somebodys: 'not ours' },
  occurredAt: new Date('2026-01-02T03:04:05.678Z'),
};

describe('an envelope', () => {
  const wire = toWireEvent('compliance', stored);
  const envelope = JSON.parse(wire.text) as Record<string, unknown>;

  it('holds the payload as it was written, and comes back as it was', () => {
    expect(wire.text).toContain(`"data":${stored.payload}}`);
    expect(cloudEventSchema.parse(envelope)).toMatchObject({
      id: stored.eventId,
      subject: 'transfer-1',
      sequence: 7,
      time: stored.occurredAt,
      correlationid: 'c-1',
      data: { amount: '0.10' },
    });
    expect(envelope).not.toHaveProperty('somebodys');
    expect(envelope).not.toHaveProperty('traceparent');
  });

  it('is what the AsyncAPI document says of it', () => {
    const { components } = asyncApiDocument() as unknown as {
      components: { messages: Record<string, { payload: Payload }> };
    };
    const payload = components.messages[transferDecided.type]!.payload;
    expect(payload.required.filter((name) => !(name in envelope))).toEqual([]);
    for (const [name, value] of Object.entries(envelope)) {
      const { const: fixed, pattern } = payload.properties[name]!;
      if (fixed !== undefined) expect(value).toBe(fixed);
      if (pattern !== undefined) expect(value).toMatch(new RegExp(pattern));
    }
  });

  it.each([
    ['sequence', 0],
    ['sequence', '12345678901'],
    ['sequence', 2 ** 31],
    ['sequence', 1.5],
    ['time', '2026-01-02'],
    ['traceparent', 'nonsense'],
    ['subject', ''],
    ['subject', 'x'.repeat(129)],
    ['id', 'a\0b'],
    ['specversion', '0.3'],
  ])('is none with %s %j', (name, value) => {
    expect(cloudEventSchema.safeParse({ ...envelope, [name]: value }).success).toBe(false);
  });

  it('takes a sequence that is a number, as some brokers write it', () => {
    expect(cloudEventSchema.parse({ ...envelope, sequence: 3 }).sequence).toBe(3);
  });

  it('can be stored under its name whatever else is wrong with it', () => {
    const { specversion, id, source, type } = envelope;
    const bare = { specversion, id, source, type, anything: {} };
    expect(storableEventSchema.parse(bare)).toEqual(bare);
    for (const name of ['specversion', 'id', 'source', 'type']) {
      expect(storableEventSchema.safeParse({ ...bare, [name]: undefined }).success).toBe(false);
    }
  });
});

interface Payload {
  required: string[];
  properties: Record<string, { const?: unknown; pattern?: string }>;
}
