import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_NAMES } from '@fusion-prime/kernel';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureIssuer } from '../src/issuer.js';

const BIN = join(import.meta.dirname, '..', 'bin', 'fp.mjs');
const checkout = mkdtempSync(join(tmpdir(), 'fp-token-'));
const folder = join(checkout, '.data', 'auth');

function fp(...args: string[]) {
  // Nx asks for colours even where nobody looks.
  const env = { PATH: process.env['PATH'], NO_COLOR: '1' };
  const options = { cwd: checkout, env, encoding: 'utf8' } as const;
  return spawnSync(process.execPath, [BIN, 'token', ...args], options);
}

async function payloadOf(text: string, audience: string) {
  const keys = JSON.parse(readFileSync(join(folder, 'jwks.json'), 'utf8')) as JSONWebKeySet;
  const issuer = readFileSync(join(folder, 'issuer'), 'utf8').trim();
  const options = { issuer, audience, algorithms: ['EdDSA'] };
  return (await jwtVerify(text, createLocalJWKSet(keys), options)).payload;
}

beforeAll(() => writeFileSync(join(checkout, 'nx.json'), '{}'));
afterAll(() => rmSync(checkout, { recursive: true }));

describe('a token', () => {
  it('cannot be had without a local issuer; the command to type is said', () => {
    const { status, stdout, stderr } = fp('--scope', 'settlement:read');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/NO_ISSUER .*npm start/);
  });

  it('stands alone on stdout and is for the services that its scopes name', async () => {
    await ensureIssuer(folder);
    const { status, stdout } = fp('--scope', 'settlement:read,settlement:write,alert:read');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const payload = await payloadOf(stdout.trim(), 'alert');
    expect(payload).toMatchObject({
      scope: 'settlement:read settlement:write alert:read',
      aud: ['settlement', 'alert'],
      sub: 'developer',
    });
  });

  it('has a plain audience when there is one, and the life and subject that were asked for', async () => {
    const { stdout } = fp(
      '--scope',
      'risk-engine:admin',
      '--subject',
      'me',
      '--expires-in',
      '15min',
    );
    const payload = await payloadOf(stdout.trim(), 'risk-engine');
    expect(payload).toMatchObject({ aud: 'risk-engine', sub: 'me' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
  });

  it.each([
    ['settlement', []],
    ['settlement:destroy', []],
    ['settlment:write', []],
    ['alert:read,settlment:write', []],
    ['settlment:write', ['--audience', 'settlement']],
    ['', []],
  ])('is refused for the scope %j; the message says which there are', (scope, more) => {
    const { status, stdout, stderr } = fp('--scope', scope, ...more);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('USAGE');
    expect(stderr).toContain(`"${scope.split(',').at(-1) ?? ''}" is no scope: <service>:read`);
    expect(stderr).toContain('settlement, compliance, risk-engine, alert, price-oracle');
  });

  it.each(SERVICE_NAMES)('is given for every scope of %s', (service) => {
    const scopes = ['read', 'write', 'admin', 'events'].map((what) => `${service}:${what}`);
    expect(fp('--scope', scopes.join(',')).status).toBe(0);
  });

  it.each(['0', '-5s', 'soon', '31d'])('does not live for %j', (life) => {
    expect(fp('--scope', 'alert:read', `--expires-in=${life}`).status).toBe(2);
  });
});

describe('the local issuer', () => {
  it("is made once, and its private key is for its owner's eyes", async () => {
    const place = join(checkout, 'other');
    mkdirSync(place);
    const first = await ensureIssuer(place);
    const key = readFileSync(join(place, 'issuer.jwk.json'), 'utf8');
    expect(await ensureIssuer(place)).toEqual(first);
    expect(readFileSync(join(place, 'issuer.jwk.json'), 'utf8')).toBe(key);
    expect(statSync(join(place, 'issuer.jwk.json')).mode & 0o077).toBe(0);
    expect(readFileSync(join(place, 'jwks.json'), 'utf8')).not.toContain('"d"');
  });
});
