import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@fusion-prime/testing';
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
const HOUR_MS = 3_600_000;

function relayOf(limits: Partial<RelayLimits> = {}, subscriber = 'risk-engine') {
  const transport = new PracticeTransport();
  const log = new KeptLog();
  const { transactions } = outbox;
  const parts = { service: 'settlement' as const, subscriber, transactions, transport, log };
  return { transport, log, relay: new Relay({ ...parts, limits }) };
}

describe('an event that a person discards while it is on its way', () => {
  it('stays discarded', async () => {
    await outbox.append({ subscriber: 'risk-engine', aggregateId: 'a', sequence: 1 });
    const { relay, transport } = relayOf();
    transport.behave = async ({ id }) => {
      await outbox.database.query(`UPDATE outbox SET status = 'discarded' WHERE event_id = $1`, [
        id,
      ]);
      return { outcome: 'done' };
    };
    await relay.turn(never);
    expect(await outbox.statuses()).toEqual(['discarded']);
  });
});

describe('an event that its subscriber asks to repeat', () => {
  it('waits, longer each time, and holds the rest of its aggregate but nobody else', async () => {
    const subscriber = 'risk-engine';
    await outbox.append(
      { subscriber, aggregateId: 'a', sequence: 1 },
      { subscriber, aggregateId: 'a', sequence: 2 },
      { subscriber, aggregateId: 'b' },
    );
    const { relay, transport } = relayOf({ firstBackoffMs: HOUR_MS, longestBackoffMs: HOUR_MS });
    transport.behave = ({ subject }) =>
      subject === 'a' ? { outcome: 'retry', reason: 'no such account yet' } : { outcome: 'done' };
    await relay.turn(never);
    expect(await relay.turn(never)).toBe(false);
    expect(await outbox.rows()).toMatchObject([
      { status: 'pending', attempts: 1, last_error: 'no such account yet', locked_until: null },
      { status: 'pending', attempts: 0 },
      { status: 'sent' },
    ]);
    expect(relay.counts).toEqual({ sent: 1, retried: 1, parked: 0 });
  });

  it('is parked after its last try, with a line in the log and an event for alert', async () => {
    const subscriber = 'risk-engine';
    const [poison] = await outbox.append({ subscriber, aggregateId: 'a', sequence: 1 });
    await outbox.append({ subscriber, aggregateId: 'a', sequence: 2 });
    const { relay, transport, log } = relayOf({
      maxAttempts: 3,
      firstBackoffMs: 1,
      longestBackoffMs: 1,
    });
    transport.behave = ({ id }) =>
      id === poison ? { outcome: 'retry', reason: 'boom' } : { outcome: 'done' };
    await eventually(async () => {
      await relay.turn(never);
      expect((await outbox.statuses()).slice(0, 2)).toEqual(['parked', 'sent']);
    });
    const [parked, , told] = await outbox.rows();
    expect(parked).toMatchObject({ attempts: 3, last_error: 'boom' });
    expect(told).toMatchObject({
      subscriber: 'alert',
      event_type: 'settlement.event.parked.v1',
      status: 'pending',
      payload: {
        event_id: poison,
        event_type: 'settlement.command.received.v1',
        subscriber,
        attempts: 3,
      },
    });
    expect(log.events).toEqual(['error events.parked']);
    expect(relay.counts).toMatchObject({ parked: 1 });
  });

  it('that was parked, retried and parked again is told of twice', async () => {
    const subscriber = 'risk-engine';
    await outbox.append({ subscriber });
    const { relay, transport } = relayOf({ maxAttempts: 1 });
    transport.behave = () => ({ outcome: 'retry', reason: 'boom' });
    await relay.turn(never);
    await outbox.database.query(
      `UPDATE outbox SET status = 'pending', attempts = 0, next_attempt_at = now() WHERE status = 'parked'`,
    );
    await relay.turn(never);
    const told = (await outbox.rows()).filter((row) => row.subscriber === 'alert');
    expect(told.map((row) => row.aggregate_seq)).toEqual([1, 2]);
    expect(new Set(told.map((row) => row.aggregate_id)).size).toBe(1);
  });

  it('is not told to the one that it could not be handed over to', async () => {
    await outbox.append({ subscriber: 'alert' });
    const { relay, transport } = relayOf({ maxAttempts: 1 }, 'alert');
    transport.behave = () => ({ outcome: 'retry', reason: 'boom' });
    await relay.turn(never);
    expect(await outbox.statuses()).toEqual(['parked']);
  });
});

describe('an event that was not tried', () => {
  it('is due again at once, and it cost nothing', async () => {
    await outbox.append({ subscriber: 'risk-engine' });
    const { relay, transport } = relayOf();
    transport.behave = () => ({ outcome: 'deferred' });
    await relay.turn(never);
    transport.behave = () => ({ outcome: 'done' });
    await relay.turn(never);
    expect(await outbox.rows()).toMatchObject([{ status: 'sent', attempts: 0 }]);
  });
});

describe('a subscriber that does not answer', () => {
  it('is left alone as a whole, at no cost for its events, and delays nobody else', async () => {
    await outbox.append({ subscriber: 'risk-engine' }, { subscriber: 'alert' });
    const dead = relayOf({ firstPauseMs: HOUR_MS, longestPauseMs: HOUR_MS });
    dead.transport.behave = () => 'silent';
    expect(await dead.relay.turn(never)).toBe(false);
    expect(await dead.relay.turn(never)).toBe(false);
    expect(dead.transport.deliveries).toBe(1);

    const alive = relayOf({}, 'alert');
    await alive.relay.turn(never);
    expect(await outbox.rows()).toMatchObject([
      { subscriber: 'risk-engine', status: 'pending', attempts: 0, locked_until: null },
      { subscriber: 'alert', status: 'sent' },
    ]);
  });

  it('is asked again with a single event, then gets everything, and the log has two lines', async () => {
    const subscriber = 'risk-engine';
    await outbox.append({ subscriber }, { subscriber }, { subscriber });
    const { relay, transport, log } = relayOf({ firstPauseMs: 1, longestPauseMs: 1 });
    const asked: number[] = [];
    let count = 0;
    let alive = false;
    transport.behave = () => {
      count += 1;
      return alive ? { outcome: 'done' } : 'silent';
    };
    await relay.turn(never);
    await eventually(async () => {
      await relay.turn(never);
      expect(transport.deliveries).toBe(2);
    });
    alive = true;
    count = 0;
    await eventually(async () => {
      const before = count;
      await relay.turn(never);
      if (count > before) asked.push(count - before);
      expect(await outbox.statuses()).toEqual(['sent', 'sent', 'sent']);
    });
    expect(asked).toEqual([1, 2]);
    expect(log.events).toEqual(['warn events.subscriber-silent', 'info events.subscriber-back']);
  });
});
