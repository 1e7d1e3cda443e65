import { createHash } from 'node:crypto';
import { Problem } from '../problems/problem.js';

/** A POST whose sender gave it a name, so that sending it again is answered and not done again. */
export interface KeyedRequest {
  /** Whose key it is: another principal's equal key is another key. */
  principal: string;
  key: string;
  method: string;
  /** Without the query, which may carry a secret; the fingerprint covers it. */
  path: string;
  /** SHA-256 of method, URL and body. */
  fingerprint: Buffer;
}

/** What was asked under a key before. */
export type EarlierRequest = Pick<KeyedRequest, 'method' | 'path' | 'fingerprint'>;

const KEY_FORM = /^[\x21-\x7e]{1,255}$/;

/** @throws {Problem} 400 `idempotency-key-malformed` */
export function readKey(header: string): string {
  if (KEY_FORM.test(header)) return header;
  throw new Problem({
    status: 400,
    code: 'idempotency-key-malformed',
    detail: 'an Idempotency-Key is 1 to 255 visible ASCII characters, given once',
  });
}

/**
 * The body counts as parsed JSON: neither its spaces nor the order of its fields make another request.
 * @param body as it came, before a schema filled in defaults: those may change with the next release.
 */
export function fingerprintOf(method: string, url: string, body: unknown): Buffer {
  const hash = createHash('sha256').update(`${method} ${url}\n`);
  return hash.update(Buffer.isBuffer(body) ? body : canonicalJson(body)).digest();
}

// Recursion is bounded by the parser: it refuses JSON that is nested deeper than 32.
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, v]) => `${JSON.stringify(name)}:${canonicalJson(v)}`).join(',')}}`;
}

/** @throws {Problem} 422 `idempotency-key-reused` unless both ask for the same. */
export function demandSame(earlier: EarlierRequest, request: KeyedRequest): void {
  const sameRoute = earlier.method === request.method && earlier.path === request.path;
  if (sameRoute && earlier.fingerprint.equals(request.fingerprint)) return;
  const used = sameRoute ? 'with another body or query' : `for ${earlier.method} ${earlier.path}`;
  throw new Problem({
    status: 422,
    code: 'idempotency-key-reused',
    detail: `this Idempotency-Key was used ${used}; a new request needs a new key`,
  });
}

export function stillRunning(): Problem {
  return new Problem({
    status: 409,
    code: 'idempotency-key-in-progress',
    detail: 'a request with this Idempotency-Key is being answered; ask again for its answer',
    headers: { 'retry-after': '1' },
  });
}
