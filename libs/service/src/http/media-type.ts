import type { FastifyRequest } from 'fastify';

/** What the client says its body is, without parameters: `application/json`. */
export function mediaTypeOf({ headers }: Pick<FastifyRequest, 'headers'>): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
