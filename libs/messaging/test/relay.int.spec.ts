import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@fusion-prime/testing';
import { claimDue } from '../src/relay/due-events.js';
import { Relay } from '../src/relay/relay.js';
import type { RelayLimits } from '../src/relay/limits.js';
import { KeptLog, PracticeOutbox } from './practice-outbox.js';
import { PracticeTransport } from './practice-transport.js';

let outbox: PracticeOutbox;
beforeAll(async () => {
  outbox = await PracticeOutbox.open();
});
afterEach(() => outbox.clear());
afterAll(() => outbox.close());

const never = new AbortController().signal;
const QUICK: Partial<RelayLimits> = {
  firstBackoffMs: 1,
  longestBackoffMs: 1,
  firstPauseMs: 1,
  longestPauseMs: 1,
};

function relayOf(limits: Partial<RelayLimits> = {}, subscriber = 'alert') {
  const transport = new PracticeTransport();
  const log = new KeptLog();
  const { transactions } = outbox;
  const parts = { service: 'settlement' as const, subscriber, transactions, transport, log };
  return { transport, log, relay: new Relay({ ...parts, limits: { ...QUICK, ...limits } }) };
}

async function drain(...relays: Relay[]): Promise<void> {
  await eventually(async () => {
    await Promise.all(relays.map((relay) => relay.turn(never)));
    expect(await outbox.statuses()).not.toContain('pending');
  });
}

describe('a relay', () => {
  it('hands over an event whole, and marks it as sent', async () => {
    const [id] = await outbox.append({ aggregateId: 'cmd-1', data: { amount: '0.10' } });
    const { relay, transport } = relayOf();
    expect(await relay.turn(never)).toBe(true);
    expect(transport.delivered.map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      {
        specversion: '1.0',
        id,
        source: '/fusion-prime/settlement',
        type: 'settlement.command.received.v1',
        subject: 'cmd-1',
        time: expect.stringMatching(/Z$/) as unknown,
        datacontenttype: 'application/json',
        dataschema: 'urn:fusion-prime:event:settlement.command.received.v1',
        sequence: '0000000001',
        data: { amount: '0.10' },
      },
    ]);
    expect(await outbox.statuses()).toEqual(['sent']);
    expect(await relay.turn(never)).toBe(false);
  });

  it('takes nobody else’s events', async () => {
    await outbox.append({ subscriber: 'risk-engine' });
    const { relay, transport } = relayOf();
    expect(await relay.turn(never)).toBe(false);
    expect(transport.deliveries).toBe(0);
  });

  it('hands over each event once with two relays at work, in bounded batches', async () => {
    const ids = await outbox.append(...Array.from({ length: 60 }, () => ({})));
    const one = relayOf({ claimSize: 7, batchSize: 3 });
    const two = relayOf({ claimSize: 7, batchSize: 3 });
    await drain(one.relay, two.relay);
    const delivered = [...one.transport.delivered, ...two.transport.delivered].map(({ id }) => id);
    expect(delivered.sort()).toEqual(ids.sort());
    expect(one.transport.deliveries + two.transport.deliveries).toBeGreaterThanOrEqual(20);
  });

  it('keeps the order of each aggregate, with three relays and events that ask to be repeated', async () => {
    const aggregates = Array.from({ length: 12 }, (_, i) => `agg-${i}`);
    await outbox.append(
      ...[1, 2, 3, 4, 5, 6].flatMap((sequence) =>
        aggregates.map((aggregateId) => ({ aggregateId, sequence })),
      ),
    );
    const seen: string[] = [];
    const relays = [1, 2, 3].map(() => relayOf({ claimSize: 9, batchSize: 4 }));
    for (const { transport } of relays) {
      transport.behave = async (event) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (Math.random() < 0.3) return { outcome: 'retry', reason: 'not now' };
        seen.push(`${event.subject} ${(JSON.parse(event.text) as { sequence: string }).sequence}`);
        return { outcome: 'done' };
      };
    }
    await drain(...relays.map(({ relay }) => relay));
    for (const name of aggregates) {
      const order = seen.filter((word) => word.startsWith(`${name} `)).map((word) => word.at(-1));
      expect(order).toEqual(['1', '2', '3', '4', '5', '6']);
    }
  });

  it('hands over what follows in an aggregate in the same delivery, as much as one may hold', async () => {
    const [, , ...later] = await outbox.append(
      ...[1, 2, 3, 4, 5].map((sequence) => ({ aggregateId: 'a', sequence })),
      { aggregateId: 'b' },
    );
    const { relay, transport } = relayOf({ batchSize: 2, parallel: 1 });
    await relay.turn(never);
    expect(transport.delivered.map(({ subject }) => subject)).toEqual(['a', 'a', 'b']);
    await relay.turn(never);
    await relay.turn(never);
    const ids = transport.delivered.map(({ id }) => id).filter((id) => later.includes(id));
    expect(ids).toEqual([later[3], later[0], later[1], later[2]]);
  });

  it('claims no more of one aggregate than one delivery may hold', async () => {
    await outbox.append(...[1, 2, 3, 4, 5].map((sequence) => ({ aggregateId: 'a', sequence })));
    const { events } = await outbox.transactions.run((tx) =>
      claimDue(tx, 'alert', { window: 10, limit: 10, ofOne: 2, leaseMs: 1 }),
    );
    expect(events.map(({ aggregateSeq }) => aggregateSeq)).toEqual([1, 2]);
  });

  it('waits for the other writers of a stream, so that its order is that of the aggregates', async () => {
    await outbox.append(
      { subscriber: 'alert', aggregateId: 'a', sequence: 1 },
      { subscriber: 'settlement', aggregateId: 'a', sequence: 2 },
      { subscriber: 'settlement', aggregateId: 'b', sequence: 1 },
    );
    const among = ['settlement', 'alert'];
    const options = { window: 10, limit: 10, ofOne: 10, leaseMs: 1, among };
    const claim = () => outbox.transactions.run((tx) => claimDue(tx, 'settlement', options));
    expect((await claim()).events.map(({ aggregateId }) => aggregateId)).toEqual(['b']);
    await outbox.database.query(
      `UPDATE outbox SET status = 'sent', sent_at = now() WHERE subscriber = 'alert'`,
    );
    await eventually(async () => expect((await claim()).events).toHaveLength(2));
  });

  it('finds what is due behind a long queue that waits for one event', async () => {
    const [head] = await outbox.append(
      ...Array.from({ length: 40 }, (_, i) => ({ aggregateId: 'a', sequence: i + 1 })),
      { aggregateId: 'b' },
    );
    await outbox.database.query(
      `UPDATE outbox SET next_attempt_at = now() + interval '1 hour' WHERE event_id = $1`,
      [head],
    );
    const { relay, transport } = relayOf({ claimSize: 4 });
    for (let more = true; more;) more = await relay.turn(never);
    expect(transport.delivered.map(({ subject }) => subject)).toEqual(['b']);
  });

  it('takes nothing of an aggregate past a row that somebody else holds', async () => {
    const [first] = await outbox.append(
      { aggregateId: 'a', sequence: 1 },
      { aggregateId: 'a', sequence: 2 },
      { aggregateId: 'b' },
    );
    const holder = outbox.dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT FROM outbox WHERE event_id = $1 FOR UPDATE', [first]);
    const { relay, transport } = relayOf();
    await relay.turn(never);
    expect(transport.delivered.map(({ subject }) => subject)).toEqual(['b']);
    await holder.rollbackTransaction();
    await holder.release();
    await relay.turn(never);
    expect(transport.delivered.map(({ subject }) => subject)).toEqual(['b', 'a', 'a']);
  });

  it('loses no event whose transaction commits after later ones', async () => {
    const late = outbox.dataSource.createQueryRunner();
    await late.startTransaction();
    await late.query(
      `INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq, event_type, payload, occurred_at)
       VALUES ('018f0000-0000-7000-8000-000000000001', 'alert', 'command', 'late', 1, 't', '{}', now())`,
    );
    await outbox.append({ aggregateId: 'early' });
    const { relay, transport } = relayOf();
    await relay.turn(never);
    await relay.turn(never);
    expect(transport.delivered.map(({ subject }) => subject)).toEqual(['early']);
    await late.commitTransaction();
    await late.release();
    await relay.turn(never);
    expect(transport.delivered.map(({ subject }) => subject)).toEqual(['early', 'late']);
  });

  it('takes over what a relay had claimed when it died, once the lease is over', async () => {
    const [id] = await outbox.append({});
    const dead = await outbox.transactions.run((tx) =>
      claimDue(tx, 'alert', { window: 10, limit: 10, ofOne: 10, leaseMs: 300 }),
    );
    expect(dead.events.map(({ eventId }) => eventId)).toEqual([id]);
    const heir = relayOf();
    expect(await heir.relay.turn(never)).toBe(false);
    await eventually(async () => expect(await heir.relay.turn(never)).toBe(true));
    expect(heir.transport.delivered.map((event) => event.id)).toEqual([id]);
  });

  it('leaves alone what another relay has leased since its own lease was over', async () => {
    await outbox.append({});
    const slow = relayOf();
    slow.transport.behave = async () => {
      await outbox.database.query(`UPDATE outbox SET locked_until = now() + interval '1 hour'`);
      return { outcome: 'retry', reason: 'too late' };
    };
    await slow.relay.turn(never);
    const [row] = await outbox.rows();
    expect(row).toMatchObject({ status: 'pending', attempts: 0 });
    expect(row?.locked_until).not.toBeNull();
  });

  it('gives back at once what it had claimed when it is stopped', async () => {
    await outbox.append({});
    const { relay, transport } = relayOf();
    const stop = new AbortController();
    transport.behave = () => {
      stop.abort();
      return new Promise(() => undefined);
    };
    expect(await relay.turn(stop.signal)).toBe(false);
    expect((await outbox.rows())[0]).toMatchObject({
      status: 'pending',
      attempts: 0,
      locked_until: null,
    });
    expect(await relay.turn(stop.signal)).toBe(false);
    expect(transport.deliveries).toBe(1);
  });

  it('marks as sent what the subscriber knew already or parked', async () => {
    await outbox.append({}, {});
    const { relay, transport } = relayOf();
    const answers = ['duplicate', 'parked'] as const;
    let turn = 0;
    transport.behave = () => ({ outcome: answers[turn++]! });
    await relay.turn(never);
    expect(await outbox.statuses()).toEqual(['sent', 'sent']);
  });
});
