import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const REQUEST_ID = /^[\w.:-]{1,128}$/;
// W3C Trace Context, version 00.
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

// Random per process and counted within it: unique like a UUID, and hundreds of nanoseconds cheaper.
const PROCESS_PREFIX = randomBytes(8).toString('hex');
let counter = 0;

/** The caller's `x-request-id` when it is harmless to log, else one of our own. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && REQUEST_ID.test(given)) return given;
  counter += 1;
  return `${PROCESS_PREFIX}-${counter.toString(36)}`;
}

/** The caller's trace, when the header is well-formed. */
export function traceparentOf(request: Pick<IncomingMessage, 'headers'>): string | undefined {
  const given = request.headers['traceparent'];
  return typeof given === 'string' && TRACEPARENT.test(given) ? given : undefined;
}
