import { describe, expect, it } from '@jest/globals';
import { Problem } from '../problems/problem.js';
import { demandSame, fingerprintOf, readKey, stillRunning } from './keyed-request.js';

const request = {
  principal: 'alice',
  key: 'k',
  method: 'POST',
  path: '/notes',
  fingerprint: fingerprintOf('POST', '/notes', { a: 1 }),
};
const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof Problem ? [error.status, error.code] : error;
  }
};

describe('an Idempotency-Key', () => {
  it.each(['a', '!', '~', '"7c1e"', 'x'.repeat(255)])('may be %j', (key) => {
    expect(readKey(key)).toBe(key);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['given twice, which Node joins', 'a, b'],
    ['with a space', 'a b'],
    ['with a tab', 'a\tb'],
    ['with a letter beyond ASCII', 'é'],
    ['with DEL', 'a\x7f'],
  ])('is refused when it is %s', (_what, key) => {
    expect(codeOf(() => readKey(key))).toEqual([400, 'idempotency-key-malformed']);
  });
});

describe('what was asked', () => {
  it('is the same whatever the spaces and the order of its fields', () => {
    const [one, other] = [
      '{"a":1,"b":[{"c":null,"d":"x"}]}',
      '{ "b":[{"d":"x","c":null}], "a":1 }',
    ];
    expect(fingerprintOf('POST', '/x', JSON.parse(one))).toEqual(
      fingerprintOf('POST', '/x', JSON.parse(other)),
    );
  });

  it.each<[string, [string, string, unknown]]>([
    ['method', ['PUT', '/x', { a: 1 }]],
    ['path', ['POST', '/y', { a: 1 }]],
    ['query', ['POST', '/x?atomic=true', { a: 1 }]],
    ['value', ['POST', '/x', { a: 2 }]],
    ['type', ['POST', '/x', { a: '1' }]],
    ['field', ['POST', '/x', { a: 1, b: null }]],
    ['order in a list', ['POST', '/x', [2, 1]]],
    ['absence', ['POST', '/x', undefined]],
    ['bytes', ['POST', '/x', Buffer.from('{"a":1}\n')]],
  ])('is another with another %s', (_what, [method, url, body]) => {
    const prints = [
      ['POST', '/x', { a: 1 }],
      ['POST', '/x', [1, 2]],
    ].map(([m, u, b]) => fingerprintOf(m as string, u as string, b).toString('hex'));
    expect(prints).not.toContain(fingerprintOf(method, url, body).toString('hex'));
  });

  it.each<[string, object]>([
    ['method', { method: 'PUT' }],
    ['path', { path: '/others' }],
    ['content', { fingerprint: fingerprintOf('POST', '/notes', { a: 2 }) }],
  ])('must be the same under the same key: not another %s', (_what, other) => {
    expect(codeOf(() => demandSame({ ...request, ...other }, request))).toEqual([
      422,
      'idempotency-key-reused',
    ]);
    expect(codeOf(() => demandSame({ ...request }, request))).toBeUndefined();
  });

  it('is answered by 409 and a time to come back while it runs', () => {
    expect(stillRunning()).toMatchObject({
      status: 409,
      code: 'idempotency-key-in-progress',
      headers: { 'retry-after': '1' },
    });
  });
});
