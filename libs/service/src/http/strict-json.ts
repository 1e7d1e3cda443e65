import { isUtf8 } from 'node:buffer';
import { Problem } from '../problems/problem.js';

/** Deeper documents are refused: nothing here nests so far, and recursion over them costs a stack. */
export const MAX_JSON_DEPTH = 32;

const LONE_SURROGATE = /\p{Surrogate}/u;
const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [123, 125, 91, 93];

/**
 * Parses a request body, refusing what JSON.parse lets through and two readers would read differently:
 * duplicate keys, `__proto__`, nesting beyond 32, NUL, lone surrogates and invalid UTF-8 (RFC 7493).
 *
 * @throws {Problem} 400 with a code that names the defect.
 */
export function parseStrictJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw malformed('invalid-utf8', 'the body is not valid UTF-8');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('malformed-json', 'the body is not valid JSON');
  }
  checkStructure(text);
  // Raw NULs are not JSON and raw surrogates not UTF-8: only an escape can bring one in.
  if (text.includes('\\u')) checkStrings(value);
  return value;
}

/**
 * The same for one document a line; empty lines are passed over.
 *
 * @throws {Problem} 400 with the number of the line, from 1
 */
export function parseStrictJsonLines(bytes: Buffer): unknown[] {
  const values: unknown[] = [];
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    const document = bytes.subarray(start, end);
    start = end + 1;
    if (document.every((byte) => byte <= SPACE)) continue;
    try {
      values.push(parseStrictJson(document));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { status, code, message } = error;
      throw new Problem({ status, code, detail: `line ${String(line)}: ${message}` });
    }
  }
  return values;
}

/** Walks text that JSON.parse accepted, so that the grammar need not be checked again. */
function checkStructure(text: string): void {
  // One entry per open container: the keys of an object, null for an array.
  const open: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const end = endOfString(text, at);
      if (expectsKey) addKey(open.at(-1) ?? null, text.slice(at, end + 1));
      expectsKey = false;
      at = end;
    } else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      expectsKey = char === OPEN_OBJECT;
      open.push(expectsKey ? new Set() : null);
      if (open.length > MAX_JSON_DEPTH) {
        throw malformed('json-too-deep', `the body nests deeper than ${String(MAX_JSON_DEPTH)}`);
      }
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      open.pop();
      expectsKey = false;
    } else if (char === COMMA) {
      expectsKey = open.at(-1) !== null && open.length > 0;
    }
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) return at;
    if (char === BACKSLASH) at += 1;
  }
}

function addKey(keys: Set<string> | null, quoted: string): void {
  const key = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  if (key === '__proto__') throw malformed('forbidden-key', 'the body has a key `__proto__`');
  if (keys?.has(key) === true)
    throw malformed('duplicate-key', 'the body has one key twice in an object');
  keys?.add(key);
}

function checkStrings(value: unknown): void {
  if (typeof value === 'string') return checkText(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    checkText(key);
    checkStrings(inner);
  }
}

function checkText(text: string): void {
  if (text.includes('\0')) throw malformed('forbidden-character', 'the body holds a NUL character');
  if (LONE_SURROGATE.test(text))
    throw malformed('lone-surrogate', 'the body holds half of a surrogate pair');
}

function malformed(code: string, detail: string): Problem {
  return new Problem({ status: 400, code, detail });
}
