import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { uuidv7 } from '@fusion-prime/kernel';
import {
  apiClient,
  eventually,
  startTestService,
  testDatabase,
  testIssuer,
  type ApiAnswer,
  type RunningTestService,
  type TestDatabase,
  type TestIssuer,
} from '@fusion-prime/testing';
import { EventWorks } from '../src/events/event-works.js';
import { Lifecycle } from '../src/index.js';
import { deciding, taking } from './event-services.js';

let issuer: TestIssuer;
let database: TestDatabase;
let taker: RunningTestService;
let token: string;

beforeAll(async () => {
  issuer = await testIssuer();
  database = await testDatabase('settlement');
  await database.query('CREATE TABLE effects (event_id text, about text)');
  await database.query('GRANT ALL ON effects TO settlement_app');
  taker = await startTestService(taking, { database, issuer });
  token = await issuer.token({ audience: 'settlement', scopes: ['settlement:events'] });
});
afterAll(() => taker.close());
beforeEach(() => database.query('TRUNCATE effects, processed_events'));

const effects = () => database.query<{ event_id: string; about: string }>('SELECT * FROM effects');

function anEvent(decidedBy = 'alice', changes: Record<string, unknown> = {}) {
  return {
    specversion: '1.0',
    id: uuidv7(),
    source: '/fusion-prime/compliance',
    type: 'compliance.transfer.decided.v1',
    subject: 'transfer-1',
    time: '2026-01-02T03:04:05Z',
    sequence: '1',
    data: {
      settlement_id: 'cmd-1',
      decision: 'APPROVED',
      reasons: [],
      decided_by: decidedBy,
      decided_at: '2026-01-02T03:04:05.000Z',
      version: 1,
    },
    ...changes,
  };
}

const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

const post = (type: string, body: unknown, shown = token): Promise<ApiAnswer> =>
  apiClient(taker.url, shown)('POST', '/events', body, { 'content-type': type });

const push = (text: string) => ({
  message: { data: Buffer.from(text).toString('base64'), messageId: '1234', publishTime: 'now' },
  subscription: 'projects/p/subscriptions/s',
});

describe('events between two services', () => {
  it('get from the fact to the effect, once each', async () => {
    const compliance = await testDatabase('compliance');
    const vars = { SETTLEMENT_URL: taker.url };
    const publisher = await startTestService(deciding, { database: compliance, issuer, vars });
    const scopes = ['compliance:write'];
    const writer = apiClient(publisher.url, await issuer.token({ audience: 'compliance', scopes }));
    const about = Array.from({ length: 20 }, (_, i) => `cmd-${i}`);
    await Promise.all(
      about.map((id) => writer('POST', '/decide', { settlement_id: id, decided_by: 'alice' })),
    );
    await eventually(async () => expect(await effects()).toHaveLength(about.length));
    expect((await effects()).map((row) => row.about).sort()).toEqual(about.sort());
    await eventually(async () =>
      expect(await compliance.query('SELECT DISTINCT status FROM outbox')).toEqual([
        { status: 'sent' },
      ]),
    );
    const metrics = await (await fetch(`${publisher.url}/metrics`)).text();
    expect(metrics).toMatch(/events_sent_total\{subscriber="settlement",service="compliance"\} 20/);
    expect(metrics).toMatch(/outbox_pending\{subscriber="settlement",service="compliance"\} 0/);
    expect(metrics).not.toContain('inbox_parked');
    await publisher.close();
  });

  it('wait in the outbox for as long as nobody answers, and go on at once afterwards', async () => {
    const compliance = await testDatabase('compliance');
    const publisher = await startTestService(deciding, { database: compliance, issuer });
    const scopes = ['compliance:write'];
    const writer = apiClient(publisher.url, await issuer.token({ audience: 'compliance', scopes }));
    await writer('POST', '/decide', { settlement_id: 'patient', decided_by: 'alice' });
    await eventually(async () => {
      const metrics = await (await fetch(`${publisher.url}/metrics`)).text();
      expect(metrics).toMatch(/outbox_pending\{subscriber="settlement",service="compliance"\} 1/);
    });
    await publisher.close();
    const vars = { SETTLEMENT_URL: taker.url };
    const next = await startTestService(deciding, { database: compliance, issuer, vars });
    await eventually(async () => expect(await effects()).toMatchObject([{ about: 'patient' }]));
    await next.close();
  });

  it('get to a local subscriber too', async () => {
    const id = uuidv7();
    await database.query(
      `INSERT INTO outbox (event_id, subscriber, aggregate_type, aggregate_id, aggregate_seq, event_type, payload, occurred_at)
       VALUES ($1, 'settlement/webhooks', 'command', 'c', 1, 'settlement.command.received.v1', '{}', now())`,
      [id],
    );
    await eventually(async () =>
      expect(await effects()).toEqual([{ event_id: id, about: 'hook' }]),
    );
  });
});

describe('POST /events', () => {
  it('demands a token with the scope for events', async () => {
    const other = await issuer.token({ audience: 'settlement', scopes: ['settlement:write'] });
    expect(await post(BATCH, [anEvent()], other)).toMatchObject({
      status: 403,
      body: { code: 'insufficient-scope' },
    });
    expect(await effects()).toEqual([]);
  });

  it('says of each event of a batch what became of it', async () => {
    const [good, unwanted, early] = [anEvent(), anEvent('nobody'), anEvent('too early')];
    const answer = await post(BATCH, [good, unwanted, early]);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        results: [
          { id: good.id, outcome: 'done' },
          { id: unwanted.id, outcome: 'parked' },
          { id: early.id, outcome: 'retry', reason: 'Error: no such command yet' },
        ],
      },
    });
    expect((await post(BATCH, [good])).body).toEqual({
      results: [{ id: good.id, outcome: 'duplicate' }],
    });
    expect(await effects()).toHaveLength(1);
  });

  it('takes one event, and asks for it again with 503 when it could not be taken', async () => {
    expect(await post(ONE, anEvent())).toMatchObject({ status: 200 });
    const early = await post(ONE, anEvent('too early'));
    expect(early).toMatchObject({ status: 503, body: { code: 'event-not-taken' } });
    expect(early.headers.get('retry-after')).toBe('1');
    expect(await post(ONE, anEvent('nobody'))).toMatchObject({ status: 200 });
  });

  it('takes Pub/Sub’s push, and parks what is no event under Pub/Sub’s own id', async () => {
    const event = anEvent();
    expect(await post('application/json', push(JSON.stringify(event)))).toMatchObject({
      status: 200,
    });
    expect(await effects()).toMatchObject([{ event_id: event.id }]);
    const early = await post('application/json', push(JSON.stringify(anEvent('too early'))));
    expect(early.status).toBe(503);

    expect(await post('application/json', push('no JSON at all'))).toMatchObject({ status: 200 });
    const parked = await database.query(
      `SELECT event_id, source, event->'data'->'message'->>'publishTime' AS time
         FROM processed_events WHERE status = 'parked'`,
    );
    const source = '//pubsub.googleapis.com/projects/p/subscriptions/s';
    expect(parked).toEqual([{ event_id: '1234', source, time: 'now' }]);
    const metrics = await (await fetch(`${taker.url}/metrics`)).text();
    expect(metrics).toMatch(/inbox_parked\{service="settlement"\} 1/);
  });

  it('says SUCCESS, RETRY or DROP to Dapr, and always 200', async () => {
    const dapr = { pubsubname: 'fusion-prime', topic: 't', traceid: 'x' };
    const say = async (body: unknown) => {
      const { status, body: said } = await post(ONE, body);
      return { status, said };
    };
    expect(await say(anEvent('alice', dapr))).toEqual({ status: 200, said: { status: 'SUCCESS' } });
    expect(await say(anEvent('nobody', dapr))).toEqual({
      status: 200,
      said: { status: 'SUCCESS' },
    });
    expect(await say(anEvent('too early', dapr))).toEqual({
      status: 200,
      said: { status: 'RETRY' },
    });
    expect(await say({ ...dapr, id: '' })).toEqual({ status: 200, said: { status: 'DROP' } });
    expect(await effects()).toHaveLength(1);
  });

  it('tells Dapr what to bring, to anybody who asks', async () => {
    expect(await (await fetch(`${taker.url}/dapr/subscribe`)).json()).toEqual([
      { pubsubname: 'fusion-prime', topic: 'compliance.transfer.decided.v1', route: '/events' },
    ]);
  });

  it.each<[string, string, unknown]>([
    ['text', 'text/plain', 'hello'],
    ['another kind of JSON', 'application/ld+json', {}],
  ])('refuses %s as a media type', async (_what, type, body) => {
    const refused = { status: 415, body: { code: 'unsupported-media-type' } };
    expect(await post(type, body)).toMatchObject(refused);
  });

  it.each<[string, string, unknown]>([
    ['an event that has no id', ONE, { ...anEvent(), id: undefined }],
    ['an empty batch', BATCH, []],
    ['a batch with something else in it', BATCH, [anEvent(), {}]],
    ['a push without a message', 'application/json', {}],
    ['an event called application/json', 'application/json', anEvent()],
  ])('refuses %s', async (_what, type, body) => {
    const refused = { status: 422, body: { code: 'validation-failed' } };
    expect(await post(type, body)).toMatchObject(refused);
  });

  it('names the media types that it takes to who sends another', async () => {
    const answer = await post('application/ld+json', {});
    expect(answer.headers.get('accept-post')).toBe(`${ONE}, ${BATCH}, application/json`);
  });

  it('is the only route that takes them', async () => {
    const scopes = ['settlement:admin'];
    const admin = apiClient(taker.url, await issuer.token({ audience: 'settlement', scopes }));
    const answer = await admin('PUT', '/canary/x', { value: 'v' }, { 'content-type': ONE });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
  });

  it('asks for all again, and Dapr too, while nothing can be stored', async () => {
    await database.query('ALTER TABLE processed_events RENAME TO gone');
    expect(await post(BATCH, [anEvent()])).toMatchObject({ status: 503 });
    const dapr = await post(ONE, anEvent('alice', { pubsubname: 'p' }));
    expect(dapr).toMatchObject({ status: 200, body: { status: 'RETRY' } });
    await database.query('ALTER TABLE gone RENAME TO processed_events');
  });
});

describe('a service that is asked to end', () => {
  it('ends its loops when it begins to drain: what is due is left to others', async () => {
    const compliance = await testDatabase('compliance');
    const vars = { SETTLEMENT_URL: taker.url };
    const publisher = await startTestService(deciding, { database: compliance, issuer, vars });
    try {
      const works = publisher.app.get(EventWorks, { strict: false });
      const stop = jest.spyOn(works, 'stop');
      publisher.app.get(Lifecycle, { strict: false }).beginDrain();
      expect(stop).toHaveBeenCalledTimes(1);
      await works.stop();
      const scopes = ['compliance:write'];
      const writer = apiClient(
        publisher.url,
        await issuer.token({ audience: 'compliance', scopes }),
      );
      await writer('POST', '/decide', { settlement_id: 'late', decided_by: 'alice' });
    } finally {
      await publisher.close();
    }
    expect(await compliance.query('SELECT DISTINCT status, locked_until FROM outbox')).toEqual([
      { status: 'pending', locked_until: null },
    ]);
  });
});
