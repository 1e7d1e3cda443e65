import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestService, testDatabase, testIssuer } from '@fusion-prime/testing';
import type { RunningTestService, TestDatabase, TestIssuer } from '@fusion-prime/testing';
import { tiny } from './tiny-service.js';

let database: TestDatabase;
let issuer: TestIssuer;
let service: RunningTestService;
let authorization: string;

beforeAll(async () => {
  database = await testDatabase('settlement');
  issuer = await testIssuer();
  service = await startTestService(tiny, { database, issuer });
  authorization = `Bearer ${await issuer.token({ scopes: ['settlement:admin'], audience: 'settlement' })}`;
});
afterAll(() => service.close());

async function canary(method: string, id: string, value?: unknown) {
  const response = await fetch(`${service.url}/canary/${id}`, {
    method,
    headers: { authorization, ...(value !== undefined && { 'content-type': 'application/json' }) },
    ...(value !== undefined && { body: JSON.stringify({ value }) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
  };
}

describe('the canary', () => {
  it('is a row in the database, and there after a restart', async () => {
    expect(await canary('PUT', 'deploy-1', 'alive')).toMatchObject({
      status: 200,
      body: { canary_id: 'deploy-1', value: 'alive' },
    });
    expect(await database.query('SELECT canary_id, value FROM service_canary')).toEqual([
      { canary_id: 'deploy-1', value: 'alive' },
    ]);
    const before = (await canary('GET', 'deploy-1')).body?.['served_by'];
    await service.close();
    service = await startTestService(tiny, { database, issuer });
    const after = await canary('GET', 'deploy-1');
    expect(after).toMatchObject({ status: 200, body: { value: 'alive' } });
    expect(after.body?.['served_by']).not.toEqual(before);
  });

  it('is overwritten by the next value and gone once deleted', async () => {
    await canary('PUT', 'deploy-2', 'one');
    await canary('PUT', 'deploy-2', 'two');
    expect(await canary('GET', 'deploy-2')).toMatchObject({ body: { value: 'two' } });
    expect(await canary('DELETE', 'deploy-2')).toEqual({ status: 204, body: undefined });
    for (const method of ['GET', 'DELETE']) {
      expect(await canary(method, 'deploy-2')).toMatchObject({
        status: 404,
        body: { code: 'canary-not-found' },
      });
    }
  });

  it.each([
    ['a value that is too long', 'x', 'y'.repeat(1_025), 422],
    ['a value that is no text', 'x', 7, 422],
    ['an id with other characters', 'a%20b', 'z', 400],
    ['an id that is too long', 'x'.repeat(65), 'z', 400],
  ])('refuses %s', async (_what, id, value, status) => {
    expect(await canary('PUT', id, value)).toMatchObject({ status });
  });

  it('answers 503 misconfigured when its table is gone, and serves again when it is back', async () => {
    await database.query('ALTER TABLE service_canary RENAME TO gone');
    expect(await canary('GET', 'deploy-1')).toMatchObject({
      status: 503,
      body: { code: 'misconfigured' },
    });
    await database.query('ALTER TABLE gone RENAME TO service_canary');
    expect((await canary('GET', 'deploy-1')).status).toBe(200);
  });

  it('outlives the loss of every connection', async () => {
    await canary('PUT', 'deploy-3', 'steady');
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = 'settlement_app'`,
      [database.database],
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => canary('GET', 'deploy-3')));
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect((await canary('GET', 'deploy-3')).status).toBe(200);
  });
});
