import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { mediaTypeOf } from '../http/media-type.js';
import { routeNotFound } from '../problems/not-found.js';
import { Problem } from '../problems/problem.js';
import { invalidBody, invalidParameters } from './field-errors.js';
import type { RouteRules } from './route-rules.js';
import { strict } from './strict-schema.js';

type Check = (request: FastifyRequest) => void;

/**
 * Makes the function that parses a route's parameters and body before its handler runs, and leaves the
 * parsed values where Nest's own decorators look for them. Made once per route: nothing is looked up
 * per request. A route without a query schema has no query parameters at all.
 */
export function inputCheck(rules: RouteRules): Check {
  const checks = [paramsCheck(rules), queryCheck(rules), bodyCheck(rules)].filter(
    (c) => c !== undefined,
  );
  return (request) => {
    for (const check of checks) check(request);
  };
}

function paramsCheck({ params }: RouteRules): Check | undefined {
  if (params === undefined) return undefined;
  const schema = z.object(params);
  return (request) => {
    const values = request.params as Record<string, string>;
    // The router lets `/canary/` pass as an empty id.
    if (Object.values(values).includes('')) throw routeNotFound();
    refuseNul(Object.values(values));
    const result = schema.safeParse(values);
    if (!result.success) throw invalidParameters(result.error.issues);
    request.params = { ...values, ...result.data };
  };
}

function queryCheck({ query = z.object({}) }: RouteRules): Check {
  const schema = strict(query);
  return (request) => {
    const values = request.query as Record<string, unknown>;
    for (const [name, value] of Object.entries(values)) {
      if (Array.isArray(value)) throw repeated(name);
    }
    refuseNul(Object.values(values));
    const result = schema.safeParse({ ...values });
    if (!result.success) throw invalidParameters(result.error.issues);
    request.query = result.data;
  };
}

function bodyCheck({ body, bodies }: RouteRules): Check | undefined {
  if (bodies !== undefined) return bodyByTypeCheck(bodies);
  if (body === undefined) return undefined;
  const schema = strict(body);
  return (request) => {
    refuseMissing(request);
    parseBody(request, schema);
  };
}

/** The parser let no other media type pass; see body-parser.ts. */
function bodyByTypeCheck(bodies: NonNullable<RouteRules['bodies']>): Check {
  const schemas = new Map(Object.entries(bodies).map(([type, schema]) => [type, strict(schema)]));
  return (request) => {
    refuseMissing(request);
    parseBody(request, schemas.get(mediaTypeOf(request)) ?? z.never());
  };
}

function parseBody(request: FastifyRequest, schema: z.ZodType): void {
  const result = schema.safeParse(request.body);
  if (!result.success) throw invalidBody(result.error.issues);
  request.body = result.data;
}

function refuseMissing(request: FastifyRequest): void {
  if (request.body !== undefined) return;
  throw new Problem({
    status: 400,
    code: 'body-missing',
    detail: 'this route needs a JSON body',
  });
}

// PostgreSQL text cannot hold it, so no stored value can be meant.
function refuseNul(values: unknown[]): void {
  if (!values.some((value) => typeof value === 'string' && value.includes('\0'))) return;
  throw new Problem({
    status: 400,
    code: 'forbidden-character',
    detail: 'a parameter holds a NUL',
  });
}

function repeated(name: string): Problem {
  return new Problem({
    status: 400,
    code: 'repeated-parameter',
    detail: `the parameter ${name.slice(0, 100)} is given more than once`,
    errors: [{ pointer: name, code: 'repeated-parameter', detail: 'give it once' }],
  });
}
