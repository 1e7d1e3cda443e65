import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openEcho } from './echo-service.js';
import type { EchoService } from './echo-service.js';
import { sendRaw } from './raw-http.js';

const TIMEOUTS = {
  DB_CONNECT_TIMEOUT_MS: '100',
  DB_STATEMENT_TIMEOUT_MS: '200',
  REQUEST_TIMEOUT_MS: '600',
  SHUTDOWN_GRACE_MS: '2000',
};
let echo: EchoService;
let port: number;
let url: string;

beforeAll(async () => {
  echo = await openEcho(TIMEOUTS);
  ({ port, url } = await echo.listen());
});
afterAll(() => echo.close());

const CLOSE = 'Host: x\r\nConnection: close\r\n';

describe('what Node’s parser refuses is a problem document too', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed-http'],
    ['an unknown method', `BREW /echo HTTP/1.1\r\n${CLOSE}\r\n`, 400, 'malformed-http'],
    [
      'a header of 20 KiB',
      `GET / HTTP/1.1\r\n${CLOSE}X: ${'x'.repeat(20_480)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'more than a hundred headers',
      `GET / HTTP/1.1\r\n${CLOSE}${Array.from({ length: 120 }, (_, n) => `x-${String(n)}: 1\r\n`).join('')}\r\n`,
      431,
      'too-many-headers',
    ],
    ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'host-missing'],
    [
      'two lengths',
      `POST /echo HTTP/1.1\r\n${CLOSE}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      400,
      'malformed-http',
    ],
    [
      'a length and chunks',
      `POST /echo HTTP/1.1\r\n${CLOSE}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na`,
      400,
      'malformed-http',
    ],
    [
      'a tunnel to somewhere else',
      `CONNECT db.internal:5432 HTTP/1.1\r\n${CLOSE}\r\n`,
      405,
      'method-not-allowed',
    ],
    [
      'an expectation it cannot meet',
      `GET /health/live HTTP/1.1\r\n${CLOSE}Expect: miracles\r\n\r\n`,
      417,
      'expectation-failed',
    ],
  ])('%s', async (_what, text, status, code) => {
    const answer = await sendRaw(port, text);
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('headers that do not arrive in time', async () => {
    const answer = await sendRaw(port, 'GET /health/live HTTP/1.1\r\nHost: x\r\n');
    expect(answer).toMatchObject({ status: 408, body: { code: 'request-timeout' } });
  });
});

describe('the request deadline', () => {
  it('answers 503 busy when the handler takes too long, and the handler’s late answer hurts nobody', async () => {
    const startedAt = performance.now();
    const response = await fetch(`${url}/echo/slow/900`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ code: 'busy' });
    expect(performance.now() - startedAt).toBeLessThan(850);
    await fetch(`${url}/echo/slow/400`);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('answers 408 when the body does not arrive', async () => {
    const { authorization } = await echo.auth('settlement:write');
    const head = `POST /echo HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization!}\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a`;
    expect(await sendRaw(port, head)).toMatchObject({
      status: 408,
      body: { code: 'request-timeout' },
    });
  });
});

describe('a rate limit', () => {
  it('counts each principal by itself and spares the probes', async () => {
    const limited = await openEcho({ RATE_LIMIT_PER_SECOND: '5' });
    const { url: limitedUrl } = await limited.listen();
    const ask = async (sub: string) => {
      const authorization = `Bearer ${await limited.issuer.token({ scope: 'settlement:read', sub })}`;
      return fetch(`${limitedUrl}/echo/me`, { headers: { authorization } });
    };
    const answers = await Promise.all(Array.from({ length: 9 }, () => ask('alice')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBe(4);
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect(refused[0]!.headers.get('content-type')).toBe('application/problem+json');
    expect(await refused[0]!.json()).toMatchObject({ code: 'too-many-requests' });
    expect((await ask('bob')).status).toBe(200);
    const probes = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${limitedUrl}/health/live`)),
    );
    expect(probes.every(({ status }) => status === 200)).toBe(true);
    await limited.close();
  });
});
