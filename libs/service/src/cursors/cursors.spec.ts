import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '../problems/problem.js';
import { Cursors } from './cursors.js';

const cursors = new Cursors('k'.repeat(32));
const filters = { status: 'received', account_ref: undefined };

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as Problem).code;
  }
  return 'accepted';
};

describe('a cursor', () => {
  it('gives back the position it was made from', () => {
    const position = ['2026-01-02T03:04:05.678Z', 'cmd-1', 7];
    expect(cursors.decode(cursors.encode(filters, position), filters)).toEqual(position);
  });

  it('does not care about the order of filters, nor about those not given', () => {
    const cursor = cursors.encode({ a: 1, b: 2 }, ['x']);
    expect(cursors.decode(cursor, { b: 2, a: 1, c: undefined })).toEqual(['x']);
  });

  it.each([
    ['other filters', () => cursors.decode(cursors.encode(filters, ['x']), { status: 'settled' })],
    [
      'another key',
      () => new Cursors('z'.repeat(32)).decode(cursors.encode(filters, ['x']), filters),
    ],
    ['nothing', () => cursors.decode('', filters)],
    ['no base64', () => cursors.decode('not a cursor!', filters)],
    ['endless text', () => cursors.decode('a'.repeat(5_000), filters)],
  ])('is refused with %s', (_what, act) => {
    expect(act).toThrow(Problem);
    expect(codeOf(act)).toBe('invalid-cursor');
  });

  it('is refused after any change', () => {
    const cursor = cursors.encode(filters, ['2026-01-02', 'cmd-1']);
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'abcXYZ019-_'), (at, char) => {
        const changed = cursor.slice(0, at) + char + cursor.slice(at + 1);
        // The last character of base64url carries spare bits: another spelling of the same bytes is the same cursor.
        fc.pre(!Buffer.from(changed, 'base64url').equals(Buffer.from(cursor, 'base64url')));
        expect(() => cursors.decode(changed, filters)).toThrow(Problem);
      }),
    );
  });
});
