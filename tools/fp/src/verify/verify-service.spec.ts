import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serviceClient } from './service-client.js';
import { verifyService, type VerifyServiceOptions } from './verify-service.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

type Asked = Partial<Pick<VerifyServiceOptions, 'newInstance' | 'signal' | 'waitMs'>>;

/** What is said of whoever answers so. */
async function checksOf(answer: RequestListener, asked: Asked = {}): Promise<string[]> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { checks } = await verifyService({
    client: serviceClient(url, { token: 'secret', gatewayToken: undefined }),
    expected: { service: 'alert', buildSha: undefined, environment: undefined },
    waitMs: 0,
    newInstance: null,
    signal: new AbortController().signal,
    ...asked,
  });
  return checks.flatMap(({ code, detail }) => (code === null ? [] : [`${code} ${detail}`]));
}

const saying =
  (status: number, text: string, headers = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(text);
  };

describe('whoever answers in the place of a service', () => {
  it.each<[string, string]>([
    ['null', 'null'],
    ['no details', '{"details":null}'],
    ['details of another form', '{"details":"down"}'],
    ['a reason that is none', '{"details":{"a":null,"b":{"reasons":[null,1,"x"]}}}'],
    ['a page', '<html>Bad gateway</html>'],
  ])('is VERIFY_NOT_STARTED with %s', async (_what, body) => {
    expect(await checksOf(saying(503, body))).toEqual(['VERIFY_NOT_STARTED 503']);
  });

  it('is quoted with each reason once', async () => {
    const reasons = [{ code: 'DB_UNREACHABLE' }];
    const body = JSON.stringify({ details: { a: { reasons }, b: { reasons }, c: {} } });
    expect(await checksOf(saying(503, body))).toEqual(['VERIFY_NOT_STARTED 503 DB_UNREACHABLE']);
  });

  it('is not followed to another place, where the token would go too', async () => {
    const shown: unknown[] = [];
    const other = createServer(({ headers }) => shown.push(headers.authorization));
    servers.push(other.listen(0, '127.0.0.1'));
    await once(other, 'listening');
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    expect(await checksOf(saying(302, '', { location }))).toEqual(['VERIFY_NOT_STARTED 302']);
    expect(shown).toEqual([]);
  });

  it('is not read to the end when it has none', async () => {
    const endless: RequestListener = (_request, response) => {
      const more = (): void => {
        while (response.writable && response.write(' '.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect(await checksOf(endless)).toEqual(['VERIFY_UNREACHABLE the answer is too long']);
  });

  it('is no service though it says 200 to everything', async () => {
    const page = await checksOf(saying(200, '<html>ok</html>'));
    expect(page).toEqual([expect.stringContaining('VERIFY_TOKEN_REFUSED /health answers 200')]);
  });
});

/** /health of a service that is as it should be. */
function health(name: string): string {
  const migrations = { ok: true, state: 'current', current: '1', pending: [] };
  const identity = { ok: true, service: name, environment: 'test' };
  const server = { engine: 'postgresql', version: '18.4' };
  const database = { server, identity, migrations };
  return JSON.stringify({ details: { service: { name, build_sha: null }, database } });
}

describe('a service', () => {
  const never = (): Promise<void> => {
    throw new Error('a service that is not the right one was replaced');
  };

  it('that is the wrong one is not written to, nor replaced', async () => {
    expect(await checksOf(saying(200, health('settlement')), { newInstance: never })).toEqual([
      'VERIFY_WRONG_SERVICE settlement answers there',
      expect.stringMatching(/^VERIFY_WRONG_DATABASE /),
    ]);
  });

  it.each([
    ['is not waited for', 503, ''],
    ['is not replaced', 200, health('alert')],
  ])('%s after an interruption', async (_what, status, body) => {
    const asked = { newInstance: never, signal: AbortSignal.abort(), waitMs: 60_000 };
    expect(await checksOf(saying(status, body), asked)).toEqual([
      'VERIFY_INTERRUPTED interrupted before it was known',
    ]);
  });
});
