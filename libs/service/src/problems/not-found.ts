import type { FastifyInstance, FastifyRequest } from 'fastify';
import { pathOf } from './answer.js';
import { Problem } from './problem.js';

/** What a route of ours can be asked with. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** 405 with Allow when the path exists under other methods, else 404. */
export function notFoundProblem(fastify: FastifyInstance, request: FastifyRequest): Problem {
  const path = pathOf(request);
  const allowed = METHODS.filter((method) => fastify.findRoute({ method, url: path }) !== null);
  if (allowed.length === 0) {
    return routeNotFound();
  }
  return new Problem({
    status: 405,
    code: 'method-not-allowed',
    detail: `this path answers ${allowed.join(', ')}`,
    headers: { allow: allowed.join(', ') },
  });
}

export function routeNotFound(): Problem {
  return new Problem({ status: 404, code: 'route-not-found', detail: 'there is no such route' });
}
