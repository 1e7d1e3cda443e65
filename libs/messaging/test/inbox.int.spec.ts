import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { transferDecided } from '@fusion-prime/contracts';
import type { Tx } from '@fusion-prime/database';
import { Refusal, uuidv7 } from '@fusion-prime/kernel';
import { eventually } from '@fusion-prime/testing';
import type { StorableEvent } from '../src/cloud-event.js';
import { Inbox } from '../src/inbox/inbox.js';
import type { EventConsumer, ReceivedEvent } from '../src/received-event.js';
import { KeptLog, PracticeOutbox } from './practice-outbox.js';

let store: PracticeOutbox;
beforeAll(async () => {
  store = await PracticeOutbox.open();
  await store.database.query('CREATE TABLE effects (event_id text)');
  await store.database.query('GRANT ALL ON effects TO settlement_app');
});
afterEach(async () => {
  await store.clear();
  await store.database.query('TRUNCATE effects');
});
afterAll(() => store.close());

class Unwanted extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'unwanted-event';
}

const decision = {
  settlement_id: 'cmd-1',
  decision: 'APPROVED',
  reasons: [],
  decided_by: 'alice',
  decided_at: '2026-01-02T03:04:05.000Z',
  version: 1,
};

function anEvent(changes: Record<string, unknown> = {}): StorableEvent {
  return {
    specversion: '1.0',
    id: uuidv7(),
    source: '/fusion-prime/compliance',
    type: transferDecided.type,
    subject: 'cmd-1',
    time: '2026-01-02T03:04:05Z',
    sequence: '0000000001',
    data: decision,
    ...changes,
  };
}

type Work = (event: ReceivedEvent) => void | Promise<void>;

/** Its effect is a row that has no unique key: whatever is done twice is seen. */
function inboxOf(work: Work = () => undefined, budgetMs?: number) {
  const log = new KeptLog();
  const consumer: EventConsumer = {
    consumes: [transferDecided],
    handle: async (tx: Tx, event) => {
      await tx.query('INSERT INTO effects VALUES ($1)', [event.id]);
      await work(event);
    },
  };
  const { transactions } = store;
  const parts = { service: 'settlement' as const, consumers: [consumer], transactions, log };
  return { log, inbox: new Inbox({ ...parts, ...(budgetMs !== undefined && { budgetMs }) }) };
}

async function effects(): Promise<string[]> {
  const rows = await store.database.query<{ event_id: string }>('SELECT event_id FROM effects');
  return rows.map(({ event_id }) => event_id);
}

const remembered = () =>
  store.database.query<{ status: string; event: unknown; last_error: string | null }>(
    'SELECT status, event, last_error FROM processed_events ORDER BY event_id',
  );

describe('an event that came', () => {
  it('takes effect with its data read, and is remembered without its text', async () => {
    const seen: ReceivedEvent[] = [];
    const event = anEvent({ correlationid: 'c', somebodys: 'extension' });
    const { inbox } = inboxOf((one) => void seen.push(one));
    expect(await inbox.take([event])).toEqual([{ outcome: 'done' }]);
    expect(seen).toEqual([
      {
        id: event.id,
        source: '/fusion-prime/compliance',
        type: transferDecided.type,
        subject: 'cmd-1',
        sequence: 1,
        time: new Date('2026-01-02T03:04:05Z'),
        data: decision,
        traceparent: undefined,
        correlationId: 'c',
      },
    ]);
    expect(await remembered()).toEqual([{ status: 'done', event: null, last_error: null }]);
  });

  it('has no second effect: later, in the same batch, or in twenty batches at once', async () => {
    const event = anEvent();
    const { inbox } = inboxOf();
    expect(await inbox.take([event, event])).toEqual([{ outcome: 'done' }, { outcome: 'done' }]);
    expect(await inbox.take([event])).toEqual([{ outcome: 'duplicate' }]);
    const others = [anEvent(), anEvent(), anEvent()];
    const batches = Array.from({ length: 20 }, (_, i) =>
      inbox.take(i % 2 === 0 ? others : [...others].reverse()),
    );
    const outcomes = (await Promise.all(batches)).flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(3);
    expect((await effects()).sort()).toEqual([event.id, ...others.map(({ id }) => id)].sort());
  });

  it('of a newer publisher takes effect without the fields that nobody knows here', async () => {
    const seen: unknown[] = [];
    const { inbox } = inboxOf(({ data }) => void seen.push(data));
    await inbox.take([anEvent({ data: { ...decision, added_later: 1 } })]);
    expect(seen).toEqual([decision]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['type-unknown', { type: 'settlement.command.settled.v1' }],
    ['source-mismatch', { source: '/fusion-prime/risk-engine' }],
    ['data-invalid: /version', { data: { ...decision, version: 0 } }],
    ['data-invalid: /decision', { data: { ...decision, decision: 'MAYBE' } }],
    ['envelope-invalid: /subject', { subject: undefined }],
    ['envelope-invalid: /sequence', { sequence: 'one' }],
    ['envelope-invalid: /time', { time: 'yesterday' }],
    ['envelope-invalid: /datacontenttype', { datacontenttype: 'text/xml' }],
    ['envelope-invalid: /data', { data: undefined }],
  ])('is parked whole, with its neighbours taking effect: %s', async (reason, changes) => {
    const good = anEvent();
    const bad = anEvent(changes);
    const { inbox, log } = inboxOf();
    const [first, second] = await inbox.take([bad, good]);
    expect(first).toMatchObject({ outcome: 'parked', reason: expect.stringContaining(reason) });
    expect(second).toEqual({ outcome: 'done' });
    const parked = (await remembered()).filter(({ status }) => status === 'parked');
    expect(parked).toEqual([
      { status: 'parked', event: JSON.parse(JSON.stringify(bad)), last_error: first?.reason },
    ]);
    expect(log.events).toEqual(['error events.inbox-parked']);
    expect(await inbox.take([bad])).toEqual([{ outcome: 'parked' }]);
    expect(await effects()).toEqual([good.id]);
  });
});

describe('an event that a feature cannot take', () => {
  it('is parked when it is refused, with all that was done about it undone', async () => {
    const [bad, good] = [anEvent(), anEvent()];
    const { inbox, log } = inboxOf(({ id }) => {
      if (id === bad.id) throw new Unwanted('the command is settled');
    });
    expect(await inbox.take([bad, good])).toEqual([
      { outcome: 'parked', reason: 'unwanted-event: the command is settled' },
      { outcome: 'done' },
    ]);
    expect(await effects()).toEqual([good.id]);
    expect(log.events).toEqual(['error events.inbox-parked']);
  });

  it('is asked for again when anything else is thrown, and the rest of its aggregate waits', async () => {
    const [bad, next, other] = [anEvent(), anEvent({ sequence: 2 }), anEvent({ subject: 'cmd-2' })];
    let broken = true;
    const { inbox } = inboxOf(({ id }) => {
      if (broken && id === bad.id) throw new Error('no such row yet');
    });
    expect(await inbox.take([bad, next, other])).toEqual([
      { outcome: 'retry', reason: 'Error: no such row yet' },
      { outcome: 'deferred' },
      { outcome: 'done' },
    ]);
    expect(await effects()).toEqual([other.id]);
    broken = false;
    await inbox.take([bad, next]);
    expect(await effects()).toEqual([other.id, bad.id, next.id]);
  });

  it('is not tried when the time for its batch is over', async () => {
    const events = [anEvent(), anEvent({ subject: 'cmd-2' })];
    const { inbox } = inboxOf(() => {
      throw new Error('each by itself, then');
    }, -1);
    expect(await inbox.take(events)).toEqual([{ outcome: 'deferred' }, { outcome: 'deferred' }]);
  });

  it('is not to blame for the database: nothing is answered at all', async () => {
    const { inbox } = inboxOf(() => {
      throw Object.assign(new Error('terminating connection'), { code: '57P01' });
    });
    await expect(inbox.take([anEvent(), anEvent()])).rejects.toThrow('terminating');
    expect(await remembered()).toEqual([]);
  });
});

describe('a parked event that somebody wants tried again', () => {
  const retry = () => store.database.query(`UPDATE processed_events SET status = 'retry'`);

  it('takes effect once, with two loops at it', async () => {
    const event = anEvent();
    let refuses = true;
    const work: Work = () => {
      if (refuses) throw new Unwanted('not yet');
    };
    const [one, two] = [inboxOf(work).inbox, inboxOf(work).inbox];
    await one.take([event]);
    expect(await one.retryOne()).toBe(false);
    await retry();
    expect(await one.take([event])).toEqual([{ outcome: 'parked' }]);
    refuses = false;
    await eventually(async () => {
      await Promise.all([one.retryOne(), two.retryOne()]);
      expect(await remembered()).toEqual([{ status: 'done', event: null, last_error: null }]);
    });
    expect(await effects()).toEqual([event.id]);
    expect(await two.take([event])).toEqual([{ outcome: 'duplicate' }]);
  });

  it('is parked again with the reason of today when it still cannot be', async () => {
    const { inbox, log } = inboxOf(() => {
      throw new Error('still broken');
    });
    await inbox.take([anEvent({ type: 'who.knows.v1' })]);
    await retry();
    expect(await inbox.retryOne()).toBe(true);
    expect(await remembered()).toMatchObject([
      { status: 'parked', last_error: 'StillDefective: type-unknown: who.knows.v1' },
    ]);
    expect(await inbox.retryOne()).toBe(false);
    expect(log.events).toEqual(['error events.inbox-parked', 'error events.inbox-parked']);
  });
});
