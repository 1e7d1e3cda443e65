import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tx } from '@fusion-prime/database';
import { Refusal } from '@fusion-prime/kernel';
import { eventually } from '@fusion-prime/testing';
import type { ReceivedEvent } from '../src/received-event.js';
import { LocalRelay } from '../src/relay/local-relay.js';
import type { RelayLimits } from '../src/relay/limits.js';
import { KeptLog, PracticeOutbox } from './practice-outbox.js';

const subscriber = 'settlement/webhooks';
const never = new AbortController().signal;
let outbox: PracticeOutbox;
beforeAll(async () => {
  outbox = await PracticeOutbox.open();
});
afterEach(() => outbox.clear());
afterAll(() => outbox.close());

class Unwanted extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'unwanted-in-a-test';
}

type Work = (events: readonly ReceivedEvent[]) => void;

/** Its effect is a row for each event, so that one can see what was rolled back. */
function localRelay(
  work: Work = () => undefined,
  limits: Partial<RelayLimits> = {},
  wantedTypes?: string,
) {
  const log = new KeptLog();
  const handle = async (tx: Tx, events: readonly ReceivedEvent[]): Promise<void> => {
    for (const { id } of events) {
      await tx.query(`INSERT INTO processed_events VALUES ('effect', 'test', $1)`, [id]);
    }
    work(events);
  };
  const { transactions } = outbox;
  const local = { subscriber, handle, ...(wantedTypes !== undefined && { wantedTypes }) };
  const parts = { service: 'settlement' as const, subscriber: local, transactions, log };
  const quick = { firstBackoffMs: 1, longestBackoffMs: 1, ...limits };
  return { log, relay: new LocalRelay({ ...parts, limits: quick }) };
}

async function effects(): Promise<string[]> {
  const rows = await outbox.database.query<{ event_id: string }>(
    `SELECT event_id FROM processed_events WHERE consumer = 'effect' ORDER BY event_id`,
  );
  return rows.map(({ event_id }) => event_id);
}

describe('a local subscriber', () => {
  it('gets its events in batches; the effect and "sent" are one transaction', async () => {
    const ids = await outbox.append({ subscriber }, { subscriber, data: { amount: '1.20' } });
    const seen: ReceivedEvent[][] = [];
    const { relay } = localRelay((events) => void seen.push([...events]));
    expect(await relay.turn(never)).toBe(false);
    expect(seen).toMatchObject([
      [
        { id: ids[0] },
        { id: ids[1], source: '/fusion-prime/settlement', data: { amount: '1.20' } },
      ],
    ]);
    expect(await effects()).toEqual([...ids].sort());
    expect(await outbox.statuses()).toEqual(['sent', 'sent']);
  });

  it('does not read what it does not want, yet is done with it, and goes on at once after a full batch', async () => {
    const [, wanted] = await outbox.append(
      ...['compliance.transfer.decided.v1', 'settlement.command.settled.v1'].map((type) => ({
        ...{ subscriber, type },
      })),
    );
    const seen: string[] = [];
    const note: Work = (events) => seen.push(...events.map(({ id }) => id));
    const { relay } = localRelay(note, { claimSize: 2 }, `SELECT 'settlement.command.settled.v1'`);
    expect([await relay.turn(never), await relay.turn(never)]).toEqual([true, false]);
    expect(seen).toEqual([wanted]);
    expect(await outbox.statuses()).toEqual(['sent', 'sent']);
    expect(relay.counts.sent).toBe(2);
  });

  it('goes on at once although one of what it looked at waits for another', async () => {
    const aggregateId = 'blocked';
    const [first] = await outbox.append(
      ...[1, 2].map((sequence) => ({ subscriber, aggregateId, sequence })),
      ...[{ subscriber }, { subscriber }, { subscriber }],
    );
    await outbox.database.query(
      `UPDATE outbox SET next_attempt_at = now() + interval '1 hour' WHERE event_id = $1`,
      [first],
    );
    const { relay } = localRelay(undefined, { claimSize: 2 });
    expect(await relay.turn(never)).toBe(true);
  });

  it('reports a claim that fails, whatever it fails for', async () => {
    await outbox.append({ subscriber });
    const { relay } = localRelay(undefined, {}, 'SELECT (1 / 0)::text');
    await expect(relay.turn(never)).rejects.toThrow('division by zero');
  });

  it('has its effects once with two relays at work, in the order of each aggregate', async () => {
    const specs = Array.from({ length: 30 }, (_, i) => ({
      subscriber,
      aggregateId: `agg-${i % 10}`,
      sequence: Math.floor(i / 10) + 1,
    }));
    const ids = await outbox.append(...specs);
    const order: string[] = [];
    const note: Work = (events) =>
      order.push(...events.map(({ subject, sequence }) => `${subject} ${sequence}`));
    const relays = [localRelay(note).relay, localRelay(note).relay];
    await eventually(async () => {
      await Promise.all(relays.map((relay) => relay.turn(never)));
      expect(await outbox.statuses()).not.toContain('pending');
    });
    expect(await effects()).toEqual([...ids].sort());
    const first = order.filter((word) => word.startsWith('agg-0 '));
    expect(first).toEqual(['agg-0 1', 'agg-0 2', 'agg-0 3']);
  });

  it('that fails for one event takes the others, and that one again later', async () => {
    const [bad, good] = await outbox.append({ subscriber }, { subscriber });
    let fails = true;
    const { relay } = localRelay((events) => {
      if (fails && events.some(({ id }) => id === bad)) throw new Error('no such row yet');
    });
    await relay.turn(never);
    expect(await effects()).toEqual([good]);
    expect(await outbox.rows()).toMatchObject([
      { status: 'pending', attempts: 1, last_error: 'Error: no such row yet' },
      { status: 'sent', attempts: 0 },
    ]);
    fails = false;
    await eventually(async () => {
      await relay.turn(never);
      expect(await effects()).toHaveLength(2);
    });
    expect(relay.counts).toEqual({ sent: 2, retried: 1, parked: 0 });
  });

  it('that fails for one again and again has it parked, and alert is told', async () => {
    await outbox.append({ subscriber });
    const broken: Work = () => {
      throw new Error('never');
    };
    const { relay, log } = localRelay(broken, { maxAttempts: 2 });
    await eventually(async () => {
      await relay.turn(never);
      expect((await outbox.statuses())[0]).toBe('parked');
    });
    expect((await outbox.rows())[1]).toMatchObject({
      subscriber: 'alert',
      event_type: 'settlement.event.parked.v1',
    });
    expect(log.events).toEqual(['error events.parked']);
    expect(await effects()).toEqual([]);
  });

  it('that refuses one has it parked at once', async () => {
    await outbox.append({ subscriber });
    const { relay } = localRelay(() => {
      throw new Unwanted('not this');
    });
    await relay.turn(never);
    expect((await outbox.rows())[0]).toMatchObject({ status: 'parked', attempts: 1 });
  });

  it('does nothing, and blames no event, while the database is of no use', async () => {
    await outbox.append({ subscriber });
    let calls = 0;
    const { relay } = localRelay(() => {
      calls += 1;
      throw Object.assign(new Error('the server is shutting down'), { code: '57P01' });
    });
    await expect(relay.turn(never)).rejects.toThrow('shutting down');
    expect(calls).toBe(1);
    expect(await outbox.rows()).toMatchObject([{ status: 'pending', attempts: 0 }]);
  });

  it('is given nothing once it is stopped', async () => {
    await outbox.append({ subscriber });
    const stopped = AbortSignal.abort();
    expect(await localRelay().relay.turn(stopped)).toBe(false);
    expect(await outbox.statuses()).toEqual(['pending']);
  });
});
