import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openEcho } from './echo-service.js';
import type { EchoService } from './echo-service.js';

type Inject = Parameters<EchoService['app']['inject']>[0] & object;

let echo: EchoService;
let write: Record<string, string>;
let read: Record<string, string>;

beforeAll(async () => {
  echo = await openEcho();
  write = await echo.auth('settlement:write');
  read = await echo.auth('settlement:read');
});
afterAll(() => echo.close());

async function ask(request: Inject) {
  const response = await echo.app.inject(request);
  const body =
    response.body === '' ? undefined : (JSON.parse(response.body) as Record<string, never>);
  return { status: response.statusCode, headers: response.headers, body };
}
const post = (payload: string | object, headers: Record<string, string> = {}) =>
  ask({
    method: 'POST',
    url: '/echo',
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    headers: { 'content-type': 'application/json', ...write, ...headers },
  });

describe('every answer other than success is a problem document', () => {
  it.each<[string, Inject, number, string]>([
    ['an unknown route', { url: '/nowhere' }, 404, 'route-not-found'],
    ['an unknown method of a route', { method: 'PATCH', url: '/echo' }, 405, 'method-not-allowed'],
    ['an undecodable path', { url: '/echo/%ff%zz' }, 400, 'malformed-url'],
    ['an endless path parameter', { url: `/canary/${'x'.repeat(2_000)}` }, 414, 'url-too-long'],
    ['an empty path parameter', { url: '/echo/refuse/' }, 404, 'route-not-found'],
    ['a NUL in a path parameter', { url: '/echo/refuse/a%00b' }, 400, 'forbidden-character'],
    ['a bug', { url: '/echo/bug' }, 500, 'internal'],
  ])('%s', async (_what, request, status, code) => {
    const answer = await ask(request);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ type: `urn:fusion-prime:problem:${code}`, status, code });
    expect(Object.keys(answer.body!).sort()).toEqual([
      'code',
      'detail',
      'instance',
      'status',
      'title',
      'type',
    ]);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret_table|TypeError|\.ts:/);
  });

  it('names the allowed methods of a path', async () => {
    const { headers } = await ask({ method: 'DELETE', url: '/echo' });
    expect(headers['allow']).toBe('GET, HEAD, POST');
  });

  it.each([
    ['malformed', 400],
    ['invalid', 422],
    ['forbidden', 403],
    ['not_found', 404],
    ['conflict', 409],
    ['precondition_failed', 412],
    ['unavailable', 503],
  ])('answers a refusal of kind %s with %i', async (kind, status) => {
    const answer = await ask({ url: `/echo/refuse/${kind}` });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code: 'refused-on-purpose', detail: 'asked for' });
  });

  it.each([
    ['23505', 409, 'duplicate'],
    ['23503', 422, 'constraint-violated'],
    ['23514', 422, 'constraint-violated'],
    ['22P02', 422, 'constraint-violated'],
    ['40001', 503, 'contention'],
    ['55P03', 503, 'busy'],
    ['57014', 503, 'busy'],
    ['53300', 503, 'overloaded'],
    ['53100', 503, 'storage-full'],
    ['25006', 503, 'read-only'],
    ['08006', 503, 'database-unavailable'],
    ['ECONNRESET', 503, 'database-unavailable'],
    ['28P01', 503, 'misconfigured'],
    ['42501', 503, 'misconfigured'],
    ['42P01', 503, 'misconfigured'],
  ])('answers SQLSTATE %s with %i %s and none of its words', async (state, status, code) => {
    const answer = await ask({ url: `/echo/sqlstate/${state}` });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(JSON.stringify(answer.body)).not.toMatch(/secret_table|db-host/);
  });

  it('says when to try again once the database is overloaded', async () => {
    expect((await ask({ url: '/echo/sqlstate/53300' })).headers['retry-after']).toBe('1');
  });
});

describe('bodies', () => {
  it('accepts a good one and answers with the status the route states', async () => {
    const body = { name: 'a', amount: '12.50', lines: [{ note: 'x' }] };
    expect(await post(body)).toMatchObject({ status: 201, body });
  });

  it.each<[string, string, number, string]>([
    ['is not JSON', '{', 400, 'malformed-json'],
    ['has a key twice', '{"name":"a","name":"b"}', 400, 'duplicate-key'],
    ['has __proto__', '{"name":"a","__proto__":{"x":1}}', 400, 'forbidden-key'],
    ['is empty', '', 400, 'body-missing'],
    ['is larger than 64 KiB', JSON.stringify({ name: 'x'.repeat(65_536) }), 413, 'body-too-large'],
  ])('refuses one that %s', async (_what, payload, status, code) => {
    expect(await post(payload)).toMatchObject({ status, body: { code } });
  });

  it('refuses bytes that are not UTF-8', async () => {
    const payload = Buffer.concat([
      Buffer.from('{"name":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]);
    const answer = await ask({
      method: 'POST',
      url: '/echo',
      payload,
      headers: { 'content-type': 'application/json', ...write },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-utf8' } });
  });

  it.each([
    ['text/plain', undefined],
    ['application/json; charset=latin1', undefined],
    ['application/json', 'gzip'],
    ['nonsense', undefined],
  ])('refuses %s with encoding %s by 415, saying what it takes', async (type, encoding) => {
    const answer = await post(
      { name: 'a' },
      { 'content-type': type, ...(encoding !== undefined && { 'content-encoding': encoding }) },
    );
    expect(answer.status).toBe(415);
    expect(answer.headers['accept-post']).toBe('application/json');
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('points at every field that breaks a rule, unknown ones included', async () => {
    const answer = await post({
      name: '',
      extra: 1,
      'a/b~c': 2,
      lines: [{ note: 'x' }, { note: 5, more: 1 }],
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'validation-failed' });
    const errors = (answer.body as unknown as { errors: { pointer: string; code: string }[] })
      .errors;
    expect(errors.map(({ pointer, code }) => `${code} ${pointer}`).sort()).toEqual(
      [
        'invalid-type /lines/1/note',
        'too-small /name',
        'unknown-field /a~1b~0c',
        'unknown-field /extra',
        'unknown-field /lines/1/more',
      ].sort(),
    );
  });

  it('calls a missing field required', async () => {
    expect(await post({})).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/name', code: 'required', detail: 'is missing' }] },
    });
  });

  it.each([
    [12.5, 'amount-not-string'],
    ['0', 'amount-not-positive'],
    ['0.000', 'amount-not-positive'],
    ['-1', 'amount-malformed'],
    ['1e3', 'amount-malformed'],
    ['01', 'amount-malformed'],
    ['1.0000000000000000001', 'amount-malformed'],
    ['999999999999999999999', 'amount-malformed'],
  ])('refuses the amount %p as %s', async (amount, code) => {
    const answer = await post({ name: 'a', amount });
    expect(answer).toMatchObject({
      status: 422,
      body: { code, errors: [{ pointer: '/amount', code }] },
    });
  });

  it('lets a bulk route state its own limit', async () => {
    const send = (url: string) =>
      ask({
        method: 'POST',
        url,
        payload: JSON.stringify(Array.from({ length: 50_000 }, () => 1)),
        headers: { 'content-type': 'application/json', ...write },
      });
    expect(await send('/echo/bulk')).toMatchObject({ status: 201, body: { count: 50_000 } });
    expect((await send('/echo')).status).toBe(413);
  });
});

describe('query parameters', () => {
  const list = (query: string) => ask({ url: `/echo${query}`, headers: read });

  it('has a default page size', async () => {
    expect(await list('')).toMatchObject({ status: 200, body: { limit: 50 } });
  });

  it.each([
    ['?limit=1', 200],
    ['?limit=200', 200],
    ['?limit=0', 422],
    ['?limit=201', 422],
    ['?limit=ten', 400],
    ['?limit=1.5', 400],
    ['?limit=', 400],
    ['?limit=1&limit=2', 400],
    ['?sort=name', 400],
    ['?__proto__=x', 400],
    ['?cursor=%00', 400],
  ])('%s is %i', async (query, status) => {
    const answer = await list(query);
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('take a version in If-Match, and say so where it is demanded', async () => {
    const based = (headers: object) =>
      ask({ url: '/echo/versions/3', headers: { ...read, ...headers } });
    expect(await based({ 'if-match': '"3"' })).toMatchObject({ status: 200, body: { same: true } });
    expect(await based({ 'if-match': '3' })).toMatchObject({
      status: 400,
      body: { code: 'if-match-malformed' },
    });
    expect(await based({})).toMatchObject({ status: 428, body: { code: 'if-match-missing' } });
  });

  it('are refused where a route has none', async () => {
    expect(await ask({ url: '/echo/me?x=1', headers: read })).toMatchObject({
      status: 400,
      body: { code: 'unknown-parameter' },
    });
  });
});

describe('every answer', () => {
  it('carries security headers and a request id, its own or the caller’s', async () => {
    const { headers } = await ask({ url: '/health/live' });
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{16}-[0-9a-z]+$/);
    const given = await ask({ url: '/nowhere', headers: { 'x-request-id': 'abc-1' } });
    expect(given.headers['x-request-id']).toBe('abc-1');
    const hostile = await ask({ url: '/nowhere', headers: { 'x-request-id': 'a b"c' } });
    expect(hostile.headers['x-request-id']).not.toContain('"');
  });
});
