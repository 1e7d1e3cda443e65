import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '../problems/problem.js';
import { MAX_JSON_DEPTH, parseStrictJson } from './strict-json.js';

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem && error.status === 400) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('strict JSON', () => {
  it.each([
    ['a duplicate key', '{"a":1,"a":2}', 'duplicate-key'],
    ['a duplicate key of an inner object', '[{"b":{"a":1,"a":1}}]', 'duplicate-key'],
    ['a duplicate key in disguise', String.raw`{"a":1,"\u0061":2}`, 'duplicate-key'],
    ['__proto__', '{"__proto__":{}}', 'forbidden-key'],
    ['__proto__ in disguise', String.raw`{"x":[{"\u005f_proto__":1}]}`, 'forbidden-key'],
    ['an escaped NUL', String.raw`{"a":"x\u0000y"}`, 'forbidden-character'],
    ['a NUL in a key', String.raw`{"\u0000":1}`, 'forbidden-character'],
    ['half a surrogate pair', String.raw`["\ud83d"]`, 'lone-surrogate'],
    ['nesting beyond the limit', '['.repeat(33) + ']'.repeat(33), 'json-too-deep'],
    ['an unfinished document', '{"a":', 'malformed-json'],
    ['a raw NUL', '["\0"]', 'malformed-json'],
    ['nothing but blanks', '  ', 'malformed-json'],
  ])('refuses %s', (_what, text, code) => {
    expect(codeOf(() => parse(text))).toBe(code);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(codeOf(() => parseStrictJson(Buffer.from([0x22, 0xff, 0x22])))).toBe('invalid-utf8');
  });

  it.each([
    ['the same key in two objects', '[{"a":1},{"a":2}]'],
    ['the same key at two depths', '{"a":{"a":{"a":1}}}'],
    ['a value that repeats its key', '{"a":"a","b":["a","a"]}'],
    ['structure inside a string', String.raw`{"a":"{\"a\":1,","b":"]}"}`],
    ['a whole surrogate pair', String.raw`["\ud83d\ude00"]`],
    ['the deepest nesting allowed', '['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH)],
  ])('accepts %s', (_what, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('reads every well-formed document exactly as JSON.parse does', () => {
    const documents = fc.jsonValue({ maxDepth: 6 }).filter((value) => {
      const text = JSON.stringify(value);
      return !text.includes('__proto__') && !text.includes('\\u');
    });
    fc.assert(
      fc.property(documents, (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
