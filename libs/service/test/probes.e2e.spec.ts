import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestService, testDatabase, testIssuer } from '@fusion-prime/testing';
import type { RunningTestService, TestDatabase, TestIssuer } from '@fusion-prime/testing';
import { tiny } from './tiny-service.js';

interface Probe {
  status: string;
  info: object;
  error: Record<string, { status: string; reasons: { code: string; object?: string }[] }>;
  details: object;
}

const DETECT = { timeoutMs: 2_000 };
let database: TestDatabase;
let issuer: TestIssuer;
let service: RunningTestService;

beforeAll(async () => {
  database = await testDatabase('settlement');
  issuer = await testIssuer();
  service = await startTestService(tiny, {
    database,
    issuer,
    vars: { FP_BUILD_SHA: 'abc1234' },
  });
});
afterAll(() => service.close());

async function probe(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${service.url}${path}`, { headers });
  const body = (await response.json()) as Probe;
  return { code: response.status, cache: response.headers.get('cache-control'), body };
}
const reasonsOf = (body: Probe): string[] =>
  (body.error['database']?.reasons ?? []).map(({ code, object }) =>
    `${code} ${object ?? ''}`.trim(),
  );

describe('the probes', () => {
  it.each(['/health/live', '/health/startup', '/health/ready', '/health'])(
    '%s needs no token, may not be cached and has terminus’ shape',
    async (path) => {
      const { code, cache, body } = await probe(path);
      expect({ code, cache }).toEqual({ code: 200, cache: 'no-store' });
      expect(Object.keys(body)).toEqual(['status', 'info', 'error', 'details']);
      expect(body.status).toBe('ok');
    },
  );

  it.each([
    [
      'a table',
      'ALTER TABLE service_canary RENAME TO service_parrot',
      'ALTER TABLE service_parrot RENAME TO service_canary',
      'TABLE_MISSING service_canary',
    ],
    [
      'a column',
      'ALTER TABLE service_canary RENAME COLUMN value TO song',
      'ALTER TABLE service_canary RENAME COLUMN song TO value',
      'COLUMN_MISSING service_canary.value',
    ],
    [
      'a grant',
      'REVOKE INSERT ON service_canary FROM settlement_app',
      'GRANT INSERT ON service_canary TO settlement_app',
      'GRANT_MISSING',
    ],
  ])(
    'ready misses %s within 2 s, names it, and heals by itself',
    async (_what, harm, heal, reason) => {
      await database.query(harm);
      await eventually(async () => {
        const { code, body } = await probe('/health/ready');
        expect(code).toBe(503);
        expect(reasonsOf(body).join()).toContain(reason);
      }, DETECT);
      expect((await probe('/health/live')).code).toBe(200);
      expect((await probe('/health/startup')).code).toBe(200);
      expect(await metric('service_ready')).toBe(0);
      await database.query(heal);
      await eventually(async () => expect((await probe('/health/ready')).code).toBe(200), DETECT);
      expect(await metric('service_ready')).toBe(1);
    },
  );

  it('/health says to whoever shows a token what runs, since when, and on which server', async () => {
    const token = await issuer.token({ scopes: [], audience: 'settlement' });
    const { body } = await probe('/health', { authorization: `Bearer ${token}` });
    expect(body.info).toMatchObject({
      service: {
        name: 'settlement',
        build_sha: 'abc1234',
        instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      database: { server: { engine: 'postgresql', version: expect.stringMatching(/^1\d\.\d+$/) } },
    });
    expect(JSON.stringify((await probe('/health')).body)).not.toContain('abc1234');
  });

  it('/health tells a stranger the codes and whoever shows a token the rest', async () => {
    await database.query('ALTER TABLE service_canary RENAME TO service_parrot');
    try {
      await eventually(async () => expect((await probe('/health')).code).toBe(503), DETECT);
      const stranger = await probe('/health');
      expect(reasonsOf(stranger.body)).toEqual(['TABLE_MISSING']);
      expect(JSON.stringify(stranger.body)).not.toContain('service_canary');
      const token = await issuer.token({ scopes: ['settlement:read'], audience: 'settlement' });
      const known = await probe('/health', { authorization: `Bearer ${token}` });
      expect(JSON.stringify(known.body)).toContain('service_canary');
      const forged = await probe('/health', { authorization: 'Bearer forged' });
      expect(JSON.stringify(forged.body)).not.toContain('service_canary');
    } finally {
      await database.query('ALTER TABLE service_parrot RENAME TO service_canary');
    }
  });
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{.*\\} (.+)$`, 'm').exec(text)?.[1]);
}
