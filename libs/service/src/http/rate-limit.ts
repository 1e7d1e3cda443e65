import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';

const WINDOW_MS = 1_000;
// Counters of that many principals are kept; beyond, the one not seen for longest is forgotten.
const MAX_PRINCIPALS = 10_000;

/**
 * At most `perSecond` requests per principal and second, in this process. Loaded only when asked for;
 * must be installed after the authentication hooks and before any route.
 */
export async function installRateLimit(fastify: FastifyInstance, perSecond: number): Promise<void> {
  const { default: rateLimit } = await import('@fastify/rate-limit');
  await fastify.register(rateLimit, {
    max: perSecond,
    timeWindow: WINDOW_MS,
    cache: MAX_PRINCIPALS,
    // After authentication, before the body is read.
    hook: 'preParsing',
    keyGenerator: (request: FastifyRequest) => request.principal?.subject ?? '',
    // Probes, metrics and docs have no principal.
    allowList: (request: FastifyRequest) => request.principal === undefined,
    errorResponseBuilder: () =>
      new Problem({
        status: 429,
        code: 'too-many-requests',
        detail: `more than ${String(perSecond)} requests in a second`,
        headers: { 'retry-after': '1' },
      }),
  });
}
