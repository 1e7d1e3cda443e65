import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

/** The request took longer than REQUEST_TIMEOUT_MS: the client was slow to send it, or we to answer. */
export function deadlineProblem(request: FastifyRequest): Problem {
  if (!request.raw.complete) {
    return new Problem({
      status: 408,
      code: 'request-timeout',
      detail: 'the request did not arrive in time',
      headers: { connection: 'close' },
    });
  }
  return new Problem({
    status: 503,
    code: 'busy',
    detail: 'it took too long; try again',
    headers: { 'retry-after': '1' },
  });
}
