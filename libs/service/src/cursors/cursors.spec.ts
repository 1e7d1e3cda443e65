import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '../problems/problem.js';
import { Cursors } from './cursors.js';

const cursors = new Cursors('k'.repeat(32));
const filters = { status: 'received', account_ref: undefined };

const END = ['2026-01-02', 'cmd-1'] as const;

function told(cursor: string | null): string {
  if (cursor === null) throw new Error('there is a next page');
  return cursor;
}

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as Problem).code;
  }
  return 'accepted';
};

describe('a cursor', () => {
  it('is none before the first page and after the last', () => {
    expect(cursors.read(filters, undefined)).toBeNull();
    expect(cursors.write(filters, null)).toBeNull();
  });

  it('gives back the position it was made from', () => {
    const position = ['2026-01-02T03:04:05.678901Z', 'cmd-1'] as const;
    expect(cursors.read(filters, told(cursors.write(filters, position)))).toEqual(position);
  });

  it('does not care about the order of filters, nor about those not given', () => {
    const cursor = told(cursors.write({ a: 1, b: 2 }, END));
    expect(cursors.read({ b: 2, a: 1, c: undefined }, cursor)).toEqual(END);
  });

  it.each([
    ['other filters', () => cursors.read({ status: 'settled' }, told(cursors.write(filters, END)))],
    [
      'another key',
      () => new Cursors('z'.repeat(32)).read(filters, told(cursors.write(filters, END))),
    ],
    ['nothing', () => cursors.read(filters, '')],
    ['no base64', () => cursors.read(filters, 'not a cursor!')],
    ['endless text', () => cursors.read(filters, 'a'.repeat(5_000))],
  ])('is refused with %s', (_what, act) => {
    expect(act).toThrow(Problem);
    expect(codeOf(act)).toBe('invalid-cursor');
  });

  it('is refused after any change', () => {
    const cursor = told(cursors.write(filters, END));
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'abcXYZ019-_'), (at, char) => {
        const changed = cursor.slice(0, at) + char + cursor.slice(at + 1);
        // The last character of base64url carries spare bits: another spelling of the same bytes is the same cursor.
        fc.pre(!Buffer.from(changed, 'base64url').equals(Buffer.from(cursor, 'base64url')));
        expect(() => cursors.read(filters, changed)).toThrow(Problem);
      }),
    );
  });
});
