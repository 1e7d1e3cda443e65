import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import type { RouteRules } from '../routes/route-rules.js';
import { mediaTypeOf } from './media-type.js';
import { parseStrictJson, parseStrictJsonLines } from './strict-json.js';

const FOREIGN_CHARSET = /;\s*charset\s*=\s*"?(?!utf-8)/i;
const JSON_TYPE = 'application/json';
// One document a line, which the route gets as an array.
const LINES_TYPE = 'application/x-ndjson';
// Types that are JSON by their name: a route that takes one of them states it with @BodyByType.
const FURTHER_JSON_TYPES = /^application\/[\w.-]+\+json\b/i;

/** JSON in UTF-8 is the only body there is, under the names that the route takes; everything else is 415. */
export function installBodyParser(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  for (const type of [JSON_TYPE, LINES_TYPE, FURTHER_JSON_TYPES]) {
    const parse = type === LINES_TYPE ? parseStrictJsonLines : parseStrictJson;
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      try {
        demandTaken(request);
        const bytes = body as Buffer;
        // DELETE with a content type and no content is a habit of clients, and harmless.
        done(null, bytes.length === 0 ? undefined : parse(bytes));
      } catch (error) {
        done(error as Error);
      }
    });
  }
}

function demandTaken(request: FastifyRequest): void {
  const { bodies } = request.routeOptions.config as RouteRules;
  const taken = bodies === undefined ? [JSON_TYPE] : Object.keys(bodies);
  const foreign = FOREIGN_CHARSET.test(request.headers['content-type'] ?? '');
  if (!foreign && taken.includes(mediaTypeOf(request))) return;
  throw new Problem({
    status: 415,
    code: 'unsupported-media-type',
    detail: `the body must be ${taken.join(' or ')} in UTF-8`,
    headers: { 'accept-post': taken.join(', ') },
  });
}
