import type { FastifyInstance } from 'fastify';
import { Problem } from '../problems/problem.js';
import { parseStrictJson } from './strict-json.js';

const FOREIGN_CHARSET = /;\s*charset\s*=\s*"?(?!utf-8)/i;

/** JSON in UTF-8 is the only body there is; everything else is 415. */
export function installBodyParser(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      if (FOREIGN_CHARSET.test(request.headers['content-type'] ?? '')) throw foreignCharset();
      const bytes = body as Buffer;
      // DELETE with a content type and no content is a habit of clients, and harmless.
      done(null, bytes.length === 0 ? undefined : parseStrictJson(bytes));
    } catch (error) {
      done(error as Error);
    }
  });
}

function foreignCharset(): Problem {
  return new Problem({
    status: 415,
    code: 'unsupported-media-type',
    detail: 'the body must be application/json in UTF-8',
    headers: { 'accept-post': 'application/json' },
  });
}
