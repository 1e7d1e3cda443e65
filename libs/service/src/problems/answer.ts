import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeptAnswer } from '../idempotency/kept-answer.js';
import type { Logger } from '../logging/logger.js';
import { traceparentOf } from '../http/request-identity.js';
import { Problem, PROBLEM_TYPE } from './problem.js';
import { toProblem } from './to-problem.js';

export type Answerer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Makes the function that every failed request ends in, whoever threw: a handler, a hook, a parser, or
 * Fastify itself. What is our fault is logged with its cause; the client gets the request id only.
 */
export function answerer(logger: Logger): Answerer {
  return (error, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500) logFailure(logger, problem, request);
    // The deadline may have answered already; then there is nobody left to tell.
    if (reply.sent || reply.raw.headersSent) return;
    const { status, headers, body } = problemAnswer(problem, request);
    void reply.code(status).headers(headers).send(body);
  };
}

/** How a problem goes over the wire. */
export function problemAnswer(problem: Problem, request: FastifyRequest): KeptAnswer {
  const document = problem.toDocument(pathOf(request));
  return {
    status: problem.status,
    headers: { ...problem.headers, 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' },
    // Bytes, because Fastify would add a charset parameter that this media type does not have.
    body: Buffer.from(JSON.stringify(document)),
  };
}

export function pathOf(request: FastifyRequest): string {
  const url = request.raw.url ?? '/';
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function logFailure(logger: Logger, problem: Problem, request: FastifyRequest): void {
  const facts = {
    event: 'request.failed',
    requestId: request.id,
    traceparent: traceparentOf(request.raw),
    method: request.method,
    path: pathOf(request),
    code: problem.code,
    err: problem.cause ?? problem,
  };
  // A refusal for lack of a dependency is expected to happen; a 500 is a bug.
  if (problem.status === 500) logger.error(facts, 'a request failed unexpectedly');
  else logger.warn(facts, 'a request could not be served');
}
