import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openKeySet } from '../src/auth/key-set.js';
import { TokenVerifier } from '../src/index.js';
import { openEcho } from './echo-service.js';
import type { EchoService } from './echo-service.js';
import { ISSUER } from './practice-issuer.js';

let echo: EchoService;
beforeAll(async () => {
  echo = await openEcho();
});
afterAll(() => echo.close());

async function me(authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await echo.app.inject({ url: '/echo/me', headers });
  return {
    status: response.statusCode,
    challenge: response.headers['www-authenticate'],
    body: response.json<Record<string, unknown>>(),
  };
}

describe('a route with scopes', () => {
  it('tells its handler who asks', async () => {
    const token = await echo.issuer.token({ scope: 'settlement:read other', sub: 'bob' });
    for (const attempt of ['verified', 'remembered']) {
      expect({ attempt, ...(await me(`Bearer ${token}`)) }).toMatchObject({
        status: 200,
        body: { subject: 'bob', scopes: ['settlement:read', 'other'] },
      });
    }
  });

  it('asks for a token without naming an error when none was shown', async () => {
    expect(await me()).toMatchObject({
      status: 401,
      challenge: 'Bearer',
      body: { code: 'token-missing' },
    });
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'bearer\ttoken'])(
    'refuses the header %p',
    async (header) => {
      expect(await me(header)).toMatchObject({
        status: 401,
        challenge: expect.stringContaining('invalid_request'),
      });
    },
  );

  it.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another audience', { aud: 'compliance' }],
    ['that has expired', { exp: -60 }],
    ['that never expires', { exp: null }],
  ])('refuses a token %s', async (_what, claims) => {
    const token = await echo.issuer.token({ scope: 'settlement:read', ...claims });
    expect(await me(`Bearer ${token}`)).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('error="invalid_token"'),
      body: { code: 'invalid-token' },
    });
  });

  // The subject is the actor in every history: an empty one, or `[object Object]`, is nobody.
  it.each([
    ['empty', ''],
    ['a number', 5],
    ['an object', { a: 1 }],
    ['null', null],
    ['longer than the columns that hold it', 'x'.repeat(129)],
    ['with a NUL', 'a\0b'],
    ['with a line break', 'a\r\nb'],
    ['with half a surrogate pair', '\ud800'],
  ])('refuses a token whose subject is %s', async (_what, sub) => {
    const token = await echo.issuer.token({ scope: 'settlement:read', sub });
    expect(await me(`Bearer ${token}`)).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('error="invalid_token"'),
      body: { code: 'invalid-token' },
    });
  });

  it('takes a subject of 128 characters, however many bytes each has', async () => {
    const sub = '🙂'.repeat(128);
    const token = await echo.issuer.token({ scope: 'settlement:read', sub });
    expect(await me(`Bearer ${token}`)).toMatchObject({ status: 200, body: { subject: sub } });
  });

  it('refuses a token whose signature does not fit', async () => {
    const token = await echo.issuer.token({ scope: 'settlement:read' });
    const [head, , signature] = token.split('.');
    const other = await echo.issuer.token({ scope: 'settlement:read settlement:admin' });
    const forged = [head, other.split('.')[1], signature].join('.');
    expect((await me(`Bearer ${forged}`)).status).toBe(401);
  });

  it('refuses a token signed with the public key as if it were a secret', async () => {
    const { keys } = JSON.parse(readFileSync(echo.issuer.jwksFile, 'utf8')) as {
      keys: { x: string; kid: string }[];
    };
    const forged = await new SignJWT({ scope: 'settlement:read' })
      .setProtectedHeader({ alg: 'HS256', kid: keys[0]!.kid })
      .setIssuer(ISSUER)
      .setAudience('settlement')
      .setSubject('eve')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(keys[0]!.x.padEnd(32, 'x')));
    expect((await me(`Bearer ${forged}`)).status).toBe(401);
  });

  it('refuses a token without a signature', async () => {
    const unsigned = new UnsecuredJWT({ scope: 'settlement:read' })
      .setIssuer(ISSUER)
      .setAudience('settlement')
      .setSubject('eve')
      .setExpirationTime('1h')
      .encode();
    expect((await me(`Bearer ${unsigned}`)).status).toBe(401);
  });

  it('answers 403 naming the scope that is lacking', async () => {
    const token = await echo.issuer.token({ scope: 'settlement:write' });
    expect(await me(`Bearer ${token}`)).toMatchObject({
      status: 403,
      challenge: 'Bearer error="insufficient_scope", scope="settlement:read"',
      body: { code: 'insufficient-scope', detail: 'the token lacks settlement:read' },
    });
  });

  it('spells the scope of a route that every service has with its own name', async () => {
    const token = await echo.issuer.token({ scope: 'compliance:admin' });
    const response = await echo.app.inject({
      url: '/canary/x',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.json()).toMatchObject({ detail: 'the token lacks settlement:admin' });
  });
});

describe('a token that was accepted', () => {
  it('is remembered, and no longer than it is valid', async () => {
    let now = Date.now();
    const config = { issuer: ISSUER, audience: 'settlement' };
    const keys = { kind: 'file', path: echo.issuer.jwksFile } as const;
    const verifier = new TokenVerifier({ ...config, keys }, openKeySet(keys), () => now);
    const token = await echo.issuer.token({ scope: 'settlement:read', exp: 60 });
    expect(verifier.recall(`Bearer ${token}`)).toBeUndefined();
    await verifier.verify(`Bearer ${token}`);
    now += 58_000;
    expect(verifier.recall(`Bearer ${token}`)?.subject).toBe('alice');
    now += 3_000;
    expect(verifier.recall(`Bearer ${token}`)).toBeUndefined();
  });

  it('is forgotten before its many spellings fill the memory', async () => {
    const keys = { kind: 'file', path: echo.issuer.jwksFile } as const;
    const verifier = new TokenVerifier(
      { issuer: ISSUER, audience: 'settlement', keys },
      openKeySet(keys),
    );
    const token = await echo.issuer.token({ scope: 'settlement:read' });
    const widest = 8_192 - `Bearer ${token}`.length;
    const spelled = (spaces: number) => `Bearer ${' '.repeat(spaces)}${token}`;
    // 10 MiB are 1,280 times 8 KiB; a little shorter each, so a few more fit.
    for (let fewer = 0; fewer < 1_500; fewer += 1) await verifier.verify(spelled(widest - fewer));
    expect(verifier.recall(spelled(widest))).toBeUndefined();
    expect(verifier.recall(spelled(widest - 1_499))?.subject).toBe('alice');
    await expect(verifier.verify(spelled(widest + 1))).rejects.toMatchObject({ status: 401 });
  });
});

describe('keys at a URL', () => {
  it('are fetched once and used; when they cannot be had the answer is 503, not 401', async () => {
    let fetches = 0;
    let broken = true;
    const issuer = createServer((_request, response) => {
      fetches += 1;
      response
        .writeHead(broken ? 500 : 200)
        .end(broken ? '' : readFileSync(remote.issuer.jwksFile));
    }).listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const { port } = issuer.address() as AddressInfo;
    const remote = await openEcho({ AUTH_JWKS_URL: `http://127.0.0.1:${String(port)}/jwks` });
    const ask = async (sub: string) => {
      const token = await remote.issuer.token({ scope: 'settlement:read', sub });
      const headers = { authorization: `Bearer ${token}` };
      const response = await remote.app.inject({ url: '/echo/me', headers });
      return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
    };
    expect(await ask('early')).toMatchObject({ status: 503, body: { code: 'auth-unavailable' } });
    broken = false;
    expect(await ask('alice')).toMatchObject({ status: 200, body: { subject: 'alice' } });
    expect(await ask('bob')).toMatchObject({ status: 200 });
    expect(fetches).toBe(2);
    issuer.close();
    await remote.close();
  });
});
