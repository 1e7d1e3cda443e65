import { describe, expect, it } from '@jest/globals';
import { judgeHealth, type Expected } from './checks.js';

const good = {
  service: { status: 'up', name: 'alert', build_sha: '8f8b0ba', instance: 'i', started_at: 't' },
  database: {
    status: 'up',
    server: { engine: 'postgresql', version: '18.4' },
    identity: { ok: true, service: 'alert', environment: 'staging' },
    migrations: { ok: true, state: 'current', current: '2 x', pending: [] as unknown[] },
  },
};
const meant: Expected = { service: 'alert', buildSha: '8f8b0ba', environment: 'staging' };

function codes(details: object, expected: Partial<Expected> = {}): (string | null)[] {
  const answer = { status: 200, body: { details }, failure: null };
  return judgeHealth(answer, { ...meant, ...expected }).flatMap(({ ok, code }) => (ok ? [] : code));
}
const database = (changed: object): object => ({
  ...good,
  database: { ...good.database, ...changed },
});

describe('what /health says after a deployment', () => {
  it.each<[string, object, Partial<Expected>]>([
    ['what was meant', good, {}],
    ['an abbreviated commit', good, { buildSha: '8f8b0ba3d1c9' }],
    [
      'no build or environment that is meant',
      good,
      { buildSha: undefined, environment: undefined },
    ],
    [
      'a schema that is ahead',
      database({ migrations: { ...good.database.migrations, state: 'ahead' } }),
      {},
    ],
  ])('is passed: %s', (_what, details, expected) => {
    expect(codes(details, expected)).toEqual([]);
  });

  it.each<[string, object, Partial<Expected>]>([
    ['VERIFY_WRONG_SERVICE', { ...good, service: { ...good.service, name: 'settlement' } }, {}],
    ['VERIFY_WRONG_BUILD', good, { buildSha: 'ffffffff' }],
    ['VERIFY_WRONG_BUILD', good, { buildSha: '8f8b0' }],
    ['VERIFY_WRONG_BUILD', { ...good, service: { ...good.service, build_sha: null } }, {}],
    ['VERIFY_WRONG_ENGINE', database({ server: { engine: null, version: null } }), {}],
    ['VERIFY_WRONG_DATABASE', good, { environment: 'production' }],
    [
      'VERIFY_WRONG_DATABASE',
      database({ identity: { ...good.database.identity, service: 'settlement' } }),
      {},
    ],
    ['VERIFY_WRONG_DATABASE', database({ identity: { ...good.database.identity, ok: false } }), {}],
    [
      'VERIFY_PENDING',
      database({ migrations: { ...good.database.migrations, pending: [{}] } }),
      {},
    ],
    ['VERIFY_PENDING', database({ migrations: { ...good.database.migrations, ok: false } }), {}],
  ])('is %s', (code, details, expected) => {
    expect(codes(details, expected)).toEqual([code]);
  });

  it('is told without what would move the cursor of a terminal, and not at any length', () => {
    const service = { ...good.service, name: `\u001b[2Jalert\r\n${'x'.repeat(9_000)}` };
    const answer = { status: 200, body: { details: { ...good, service } }, failure: null };
    const [check] = judgeHealth(answer, meant);
    expect(check?.detail).toMatch(/^ \[2Jalert x{100}/);
    expect(check?.detail.length).toBeLessThan(600);
  });

  it('is VERIFY_TOKEN_REFUSED when it shows codes only, and when it is something else altogether', () => {
    expect(codes({ database: { status: 'up', reasons: [] } })).toEqual(['VERIFY_TOKEN_REFUSED']);
    const page = { status: 200, body: null, failure: null };
    expect(judgeHealth(page, meant).map(({ code }) => code)).toEqual(['VERIFY_TOKEN_REFUSED']);
  });
});
