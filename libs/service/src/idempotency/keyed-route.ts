import { assert } from '@fusion-prime/kernel';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { pathOf, problemAnswer, type Answerer } from '../problems/answer.js';
import { toProblem } from '../problems/to-problem.js';
import type { DirectCall } from '../routes/direct-handler.js';
import type { RouteRules } from '../routes/route-rules.js';
import type { AnswerOnce } from './answer-once.js';
import { freshAnswer, type KeptAnswer } from './kept-answer.js';
import { fingerprintOf, readKey, type KeyedRequest } from './keyed-request.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set when the request has a key and the route has none of its own. */
    keyed: KeyedRequest | undefined;
  }
}

/** Header of an answer that was given before. */
export const REPLAYED = 'idempotent-replayed';

/**
 * Reads the Idempotency-Key before a schema changes the body.
 * @throws {Problem} 400 `idempotency-key-malformed`
 */
export function readKeyed(request: FastifyRequest): void {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return;
  assert(request.principal !== undefined, 'a route without scopes takes no key');
  request.keyed = {
    principal: request.principal.subject,
    key: readKey(String(header)),
    method: request.method,
    path: pathOf(request),
    fingerprint: fingerprintOf(request.method, request.raw.url ?? '/', request.body),
  };
}

/** The route's handler, which a request with a key goes through once. */
export function keyedHandler(
  call: DirectCall,
  options: { plain: RouteHandlerMethod; rules: RouteRules; answer: Answerer; once: AnswerOnce },
): RouteHandlerMethod {
  const { plain, rules, answer, once } = options;
  return function handle(request, reply) {
    const { keyed } = request;
    if (keyed === undefined) return plain.call(this, request, reply);
    const work = {
      perform: async () => {
        reply.code(call.status);
        const result = await call.invoke(request, reply);
        const { statusCode: status } = reply;
        return freshAnswer(result, { status, headers: reply.getHeaders() }, rules.shownOnce ?? []);
      },
      refuse: (error: unknown) => problemAnswer(toProblem(error), request),
    };
    once.execute(keyed, work).then(
      (given) => {
        send(reply, given);
      },
      (error: unknown) => {
        answer(error, request, reply);
      },
    );
    return undefined;
  };
}

function send(
  reply: FastifyReply,
  { answer, replayed }: { answer: KeptAnswer; replayed: boolean },
): void {
  // The deadline may have answered meanwhile; whoever asks again gets what is kept.
  if (reply.sent) return;
  if (replayed) reply.header(REPLAYED, 'true');
  void reply
    .code(answer.status)
    .headers(answer.headers)
    .send(answer.body ?? undefined);
}
