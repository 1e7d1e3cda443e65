import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { toWireEvent, type WireEvent } from '../cloud-event.js';
import { HttpTransport, type HttpTransportOptions } from './http-transport.js';

interface Asked {
  path: string;
  headers: IncomingMessage['headers'];
  events: { id: string; data: unknown }[];
  port: number | undefined;
}
type Reply = { status: number; body?: unknown } | 'hang';

let server: Server | undefined;
let transport: HttpTransport | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await transport?.close();
});

/** A subscriber on a port of its own that answers as told. */
async function subscriber(reply: (asked: Asked) => Reply) {
  const asked: Asked[] = [];
  server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { url = '', headers, socket } = request;
      const events = JSON.parse(text) as Asked['events'];
      const one = { path: url, headers, events, port: socket.remotePort };
      asked.push(one);
      const answer = reply(one);
      if (answer === 'hang') return;
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body ?? {}));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { asked, url: `http://127.0.0.1:${String(port)}` };
}

const allDone = ({ events }: Asked): Reply => ({
  status: 200,
  body: { results: events.map(({ id }) => ({ id, outcome: 'done' })) },
});

const wire = (n: number, aggregateId = `a-${String(n)}`): WireEvent =>
  toWireEvent('settlement', {
    eventId: `event-${String(n)}`,
    eventType: 'settlement.webhook.disabled.v1',
    aggregateId,
    aggregateSeq: n,
    payload: '{"amount":"0.10"}',
    headers: {},
    occurredAt: new Date(0),
  });

function opened(address: string | undefined, options: Partial<HttpTransportOptions> = {}) {
  const addresses = address === undefined ? {} : { alert: address };
  transport = new HttpTransport({ addresses, token: () => 'me', ...options });
  return (events: readonly WireEvent[] = [wire(1)], signal = new AbortController().signal) =>
    transport!.deliver('alert', events, signal);
}

describe('events posted to a subscriber', () => {
  it('are a batch of CloudEvents with a token that is asked for each time', async () => {
    const { asked, url } = await subscriber(allDone);
    let token = 'first';
    const send = opened(`${url}/prefix/`, { token: () => token });
    expect([...(await send([wire(1), wire(2)]))]).toEqual([
      ['event-1', { outcome: 'done', reason: undefined }],
      ['event-2', { outcome: 'done', reason: undefined }],
    ]);
    token = 'renewed';
    await send();
    expect(asked).toMatchObject([
      {
        path: '/prefix/events',
        headers: {
          authorization: 'Bearer first',
          'content-type': 'application/cloudevents-batch+json',
        },
        events: [{ id: 'event-1', data: { amount: '0.10' } }, { id: 'event-2' }],
      },
      { headers: { authorization: 'Bearer renewed' } },
    ]);
  });

  it('go over few connections, which are kept', async () => {
    const { asked, url } = await subscriber(allDone);
    const send = opened(url);
    for (let i = 0; i < 30; i += 1) await send();
    expect(asked).toHaveLength(30);
    expect(new Set(asked.map(({ port }) => port)).size).toBeLessThanOrEqual(8);
  });

  it.each([
    [503, { code: 'database-unavailable' }, 'it answered 503 database-unavailable'],
    [500, {}, 'it answered 500'],
    [401, { code: 'invalid-token' }, 'it answered 401 invalid-token'],
    [403, {}, 'it answered 403'],
    [404, {}, 'it answered 404'],
    [429, {}, 'it answered 429'],
    [302, {}, 'it answered 302'],
    [204, {}, 'it answered 204'],
    [200, { hello: 'world' }, 'it answered 200 with something else than outcomes'],
  ])('find nobody there when it answers %d %j', async (status, body, message) => {
    const { url } = await subscriber(() => ({ status, body }));
    const error = { name: 'SubscriberSilent', message };
    await expect(opened(url)()).rejects.toMatchObject(error);
  });

  it('find nobody there when it refuses, hangs, or has no address', async () => {
    const silent = { name: 'SubscriberSilent' };
    await expect(opened('http://127.0.0.1:1')()).rejects.toMatchObject({
      ...silent,
      message: 'ECONNREFUSED',
    });
    const { url } = await subscriber(() => 'hang');
    await expect(opened(url, { timeoutMs: 50 })()).rejects.toMatchObject({
      ...silent,
      message: 'UND_ERR_HEADERS_TIMEOUT',
    });
    await expect(opened(undefined)()).rejects.toMatchObject(silent);
  });

  it('are given up at once when the process is to end', async () => {
    const stop = new AbortController();
    const { url } = await subscriber(() => {
      stop.abort();
      return 'hang';
    });
    await expect(opened(url)([wire(1)], stop.signal)).rejects.toMatchObject({
      name: 'SubscriberSilent',
    });
  });

  it('go one by one after the batch was refused, and each answers for itself', async () => {
    const { asked, url } = await subscriber((one) =>
      one.events.some(({ id }) => id === 'event-2')
        ? { status: 422, body: { code: 'validation-failed' } }
        : allDone(one),
    );
    const results = await opened(url)([wire(1), wire(2), wire(3)]);
    expect([...results.values()].map(({ outcome }) => outcome)).toEqual(['done', 'retry', 'done']);
    expect(results.get('event-2')?.reason).toBe('it answered 422 validation-failed');
    expect(asked.map(({ events }) => events.length)).toEqual([3, 1, 1, 1]);
  });

  it('that are about the same thing are not sent past one that was refused', async () => {
    const { asked, url } = await subscriber((one) =>
      one.events.some(({ id }) => id === 'event-1') ? { status: 422 } : allDone(one),
    );
    const results = await opened(url)([wire(1, 'a'), wire(2, 'a'), wire(3, 'b')]);
    expect([...results.keys()]).toEqual(['event-1', 'event-3']);
    expect(asked.slice(1).map(({ events }) => events[0]?.id)).toEqual(['event-1', 'event-3']);
  });
});
