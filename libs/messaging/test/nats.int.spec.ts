import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { transferDecided } from '@fusion-prime/contracts';
import type { Tx } from '@fusion-prime/database';
import { uuidv7 } from '@fusion-prime/kernel';
import { eventually } from '@fusion-prime/testing';
import type { JetStreamManager } from '@nats-io/jetstream';
import { Inbox } from '../src/inbox/inbox.js';
import { Loop } from '../src/loop.js';
import type { EventConsumer, ReceivedEvent } from '../src/received-event.js';
import { Relay } from '../src/relay/relay.js';
import { NatsLink } from '../src/transports/nats/nats-link.js';
import { NatsReceiver } from '../src/transports/nats/nats-receiver.js';
import { NatsTransport } from '../src/transports/nats/nats-transport.js';
import { NatsServer, natsIsHere } from './nats-server.js';
import { KeptLog, PracticeOutbox } from './practice-outbox.js';

const here = natsIsHere ? describe : describe.skip;
const type = transferDecided.type;
const limits = {
  firstBackoffMs: 20,
  longestBackoffMs: 20,
  firstPauseMs: 20,
  longestPauseMs: 50,
  pollMs: 20,
};

let server: NatsServer;
let store: PracticeOutbox;
let closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  if (!natsIsHere) return;
  store = await PracticeOutbox.open();
  await store.database.query('CREATE TABLE effects (n bigserial, event_id text, subject text)');
  await store.database.query('GRANT ALL ON effects TO settlement_app');
  await store.database.query('GRANT ALL ON SEQUENCE effects_n_seq TO settlement_app');
});
beforeEach(async () => {
  server = await NatsServer.start();
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
  await server.remove();
  await store.clear();
  await store.database.query('TRUNCATE effects');
});
afterAll(() => store?.close());

/** Compliance's relay to settlement: a loop that publishes, as in a service. */
function publisher(subscriber = 'settlement'): { relay: Relay; log: KeptLog } {
  const log = new KeptLog();
  const link = new NatsLink({ name: 'test relay', url: server.url, timeoutMs: 500 });
  const transport = new NatsTransport(link, 'compliance');
  const { transactions } = store;
  const among = ['settlement', 'alert'];
  const parts = { service: 'compliance' as const, subscriber, transactions, transport, log };
  const relay = new Relay({ ...parts, among, limits });
  run(`relay to ${subscriber}`, (signal) => relay.turn(signal), log);
  closing.unshift(() => link.close());
  return { relay, log };
}

type Work = (event: ReceivedEvent) => void;

/** Settlement's receiver: each event is a row, without a unique key. */
function receiver(work: Work = () => undefined, maxAttempts = 12): { log: KeptLog } {
  const log = new KeptLog();
  const consumer: EventConsumer = {
    consumes: [transferDecided],
    handle: async (tx: Tx, { id, subject, ...event }) => {
      work({ id, subject, ...event });
      await tx.query('INSERT INTO effects (event_id, subject) VALUES ($1, $2)', [id, subject]);
    },
  };
  const { transactions } = store;
  const service = 'settlement' as const;
  const inbox = new Inbox({ service, consumers: [consumer], transactions, log });
  const link = new NatsLink({ name: 'test receiver', url: server.url, timeoutMs: 500 });
  const publishers = ['compliance'] as const;
  const reader = new NatsReceiver({
    link,
    service,
    publishers,
    inbox,
    limits: { ...limits, maxAttempts },
  });
  const loop = run('receiver', (signal) => reader.turn(signal), log);
  reader.onArrival = () => loop.nudge();
  closing.unshift(async () => {
    await reader.stop();
    await link.close();
  });
  return { log };
}

function run(name: string, turn: (signal: AbortSignal) => Promise<boolean>, log: KeptLog): Loop {
  const loop = new Loop({ name, idleMs: 20, turn, log });
  loop.start();
  closing.push(() => loop.stop());
  return loop;
}

const decision = (n: number) => ({
  settlement_id: `cmd-${String(n)}`,
  decision: 'APPROVED',
  reasons: [],
  decided_by: 'alice',
  decided_at: '2026-01-02T03:04:05.000Z',
  version: n,
});

/** Ten aggregates, so many events of each. */
const manyEvents = (count: number, subscriber = 'settlement') =>
  Array.from({ length: count }, (_, i) => ({
    subscriber,
    type,
    aggregateId: `agg-${String(i % 10)}`,
    sequence: Math.floor(i / 10) + 1,
    data: decision(Math.floor(i / 10) + 1),
  }));

async function effects(): Promise<{ event_id: string; subject: string }[]> {
  return store.database.query('SELECT event_id, subject FROM effects ORDER BY n');
}

async function allTook(ids: readonly string[]): Promise<void> {
  await eventually(
    async () => {
      const found = (await effects()).map(({ event_id }) => event_id);
      expect(found.length).toBeGreaterThanOrEqual(ids.length);
      expect(found.sort()).toEqual([...ids].sort());
    },
    { timeoutMs: 20_000 },
  );
}

const STREAM = 'FUSION_PRIME_COMPLIANCE';

async function withManager<T>(work: (manager: JetStreamManager) => Promise<T>): Promise<T> {
  const link = new NatsLink({ name: 'somebody', url: server.url });
  try {
    return await work((await link.open()).manager);
  } finally {
    await link.close();
  }
}

const removePlace = (): Promise<unknown> =>
  withManager((manager) => manager.consumers.delete(STREAM, 'settlement'));

const hasPlace = (): Promise<boolean> =>
  withManager((manager) =>
    manager.consumers.info(STREAM, 'settlement').then(
      () => true,
      () => false,
    ),
  );

here('events by way of NATS', () => {
  it('take effect once each, in the order of their aggregates, one publication for two rows', async () => {
    const events = manyEvents(60);
    const ids = await store.append(...events);
    await store.append(
      ...events.map((event, i) => ({ ...event, subscriber: 'alert', eventId: ids[i]! })),
    );
    publisher('settlement');
    publisher('alert');
    receiver();
    await allTook(ids);
    const one = (await effects()).filter(({ subject }) => subject === 'agg-3');
    expect(one.map(({ event_id }) => event_id)).toEqual(ids.filter((_, i) => i % 10 === 3));
    await eventually(async () =>
      expect(new Set(await store.statuses())).toEqual(new Set(['sent'])),
    );
    expect(await published()).toBe(ids.length);
  });

  it('get lost in no restart of the server, however rude', async () => {
    const first = await store.append(...manyEvents(30));
    const { log } = publisher();
    receiver();
    await eventually(async () => expect((await effects()).length).toBeGreaterThan(0));
    await server.kill();
    const rest = await store.append(
      ...manyEvents(30).map((event) => ({ ...event, sequence: event.sequence + 3 })),
    );
    await eventually(() => expect(log.events).toContain('warn events.subscriber-silent'));
    await server.restart();
    await allTook([...first, ...rest]);
    await eventually(async () =>
      expect(new Set(await store.statuses())).toEqual(new Set(['sent'])),
    );
  });

  it.each([
    ['the server has lost all that it stored', () => server.replace()],
    ['somebody has removed the place of the service', removePlace],
  ])('come again after %s', async (_, mishap) => {
    const first = await store.append(...manyEvents(10));
    publisher();
    receiver();
    await allTook(first);
    await mishap();
    // What is published before the place is there again nobody keeps.
    await eventually(async () => expect(await hasPlace()).toBe(true));
    const rest = await store.append(
      ...manyEvents(10).map((event) => ({ ...event, sequence: event.sequence + 1 })),
    );
    await allTook([...first, ...rest]);
  });

  it('wait in the stream for a service that is away', async () => {
    const ids = await store.append(...manyEvents(20));
    publisher();
    await eventually(async () =>
      expect(new Set(await store.statuses())).toEqual(new Set(['sent'])),
    );
    expect(await effects()).toEqual([]);
    receiver();
    await allTook(ids);
  });

  it('that fail come again, and nothing of their aggregate overtakes them', async () => {
    const ids = await store.append(...manyEvents(30));
    const failing = new Map<string, number>([
      [ids[0]!, 3],
      [ids[11]!, 2],
    ]);
    publisher();
    receiver(({ id }) => {
      const left = failing.get(id) ?? 0;
      failing.set(id, left - 1);
      if (left > 0) throw new Error('no such row yet');
    });
    await allTook(ids);
    for (const n of [0, 1]) {
      const one = (await effects()).filter(({ subject }) => subject === `agg-${String(n)}`);
      expect(one.map(({ event_id }) => event_id)).toEqual(ids.filter((_, i) => i % 10 === n));
    }
  });

  it('that fail again and again are parked, and so is what is no event', async () => {
    const [bad] = await store.append(...manyEvents(1));
    publisher();
    const { log } = receiver(() => {
      throw new Error('never');
    }, 2);
    const link = new NatsLink({ name: 'somebody', url: server.url });
    closing.push(() => link.close());
    await link.ensure('compliance');
    await (await link.open()).jetstream.publish('fusion-prime.compliance.nonsense', 'no JSON');
    await eventually(async () => {
      const parked = await store.database.query<{ source: string; event_id: string }>(
        `SELECT source, event_id FROM processed_events WHERE status = 'parked' ORDER BY source`,
      );
      expect(parked.map(({ source }) => source)).toEqual([
        '/fusion-prime/compliance',
        'nats:FUSION_PRIME_COMPLIANCE',
      ]);
      expect(parked[0]?.event_id).toBe(bad);
    });
    expect(log.events.filter((line) => line === 'error events.inbox-parked')).toHaveLength(2);
    expect(await effects()).toEqual([]);
  });

  it('that only others are told are passed by, and so are those of a release to come', async () => {
    const link = new NatsLink({ name: 'somebody', url: server.url });
    closing.push(() => link.close());
    await link.ensure('compliance');
    const { jetstream } = await link.open();
    const others = ['compliance.event.parked.v1', 'compliance.transfer.invented.v9'];
    for (const other of others) {
      const event = {
        specversion: '1.0',
        id: uuidv7(),
        source: '/fusion-prime/compliance',
        data: {},
      };
      const body = JSON.stringify({ ...event, type: other, subject: 'cmd-0' });
      await jetstream.publish(`fusion-prime.compliance.${other}`, body);
    }
    const ids = await store.append(...manyEvents(1));
    publisher();
    receiver();
    await allTook(ids);
    const kept = await store.database.query<{ event_id: string }>(
      'SELECT event_id FROM processed_events',
    );
    expect(kept.map(({ event_id }) => event_id)).toEqual(ids);
  });

  it('are refused by nobody while no server answers: they stay due', async () => {
    await server.kill();
    await store.append({ subscriber: 'settlement', type, eventId: uuidv7(), data: decision(1) });
    const { log } = publisher();
    await eventually(() => expect(log.events).toContain('warn events.subscriber-silent'));
    expect(await store.rows()).toMatchObject([{ status: 'pending', attempts: 0 }]);
  });
});

/** How many messages the stream has ever taken. */
async function published(): Promise<number> {
  const link = new NatsLink({ name: 'counter', url: server.url });
  try {
    const { manager } = await link.open();
    return (await manager.streams.info('FUSION_PRIME_COMPLIANCE')).state.last_seq;
  } finally {
    await link.close();
  }
}
