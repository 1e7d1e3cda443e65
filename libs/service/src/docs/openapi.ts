import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { takesKey } from '../idempotency/takes-key.js';
import { fullScope } from '../routes/full-scope.js';
import type { Answer, RouteRules } from '../routes/route-rules.js';
import { strict } from '../routes/strict-schema.js';
import { PROBLEM_TYPE } from '../problems/problem.js';
import type { DescribedRoute } from './collect-routes.js';
import { hoistDefinitions } from './hoist-definitions.js';

type Json = Record<string, unknown>;

/** An OpenAPI 3.1 document: https://spec.openapis.org/oas/v3.1.1.html */
export interface OpenAPIObject extends Json {
  openapi: '3.1.1';
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Json>>;
  components: Json;
}

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  description: 'RFC 9457 problem; `code` is stable, switch on it',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: { type: 'string' },
          code: { type: 'string' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

/** Writes the document from the same schemas that check the requests. */
export function describeRoutes(service: string, routes: readonly DescribedRoute[]): OpenAPIObject {
  const paths: OpenAPIObject['paths'] = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method] = operation(service, route);
  }
  const schemas: Json = { Problem: PROBLEM_SCHEMA };
  const hoisted = hoistDefinitions(paths, schemas) as OpenAPIObject['paths'];
  return {
    openapi: '3.1.1',
    info: {
      title: `Fusion Prime ${service}`,
      version: '1',
      description:
        'Bodies are snake_case JSON; amounts are decimal strings; failures are RFC 9457 problems.',
    },
    servers: [{ url: '/' }],
    paths: hoisted,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas,
      parameters: { IdempotencyKey: KEY_PARAMETER },
    },
  };
}

/** One for all routes; the same words as keyed-request.ts demands. */
const KEY_PARAMETER: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Sent again with the same body within 24 h, the answer is the first one, with `Idempotent-Replayed: true`',
  schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
};
const KEY_REFERENCE: Json = { $ref: '#/components/parameters/IdempotencyKey' };

function operation(service: string, { method, rules, tag, operationId }: DescribedRoute): Json {
  const keyed = takesKey({ method: method.toUpperCase() }, rules);
  const scopes = rules.access === 'public' ? undefined : (rules.access ?? []);
  const scoped = scopes?.map((scope) => fullScope(service, scope));
  return {
    operationId,
    tags: [tag],
    ...(rules.summary !== undefined && { summary: rules.summary }),
    ...(scoped !== undefined && { description: `Scope: ${scoped.join(', ')}` }),
    security: scoped === undefined ? [] : [{ bearer: scoped }],
    parameters: [
      ...pathParameters(rules),
      ...queryParameters(rules),
      ...(keyed ? [KEY_REFERENCE] : []),
      ...matchParameter(rules),
    ],
    ...requestBody(rules),
    responses: responses(rules),
  };
}

function requestBody({ body, bodies }: RouteRules): Json {
  const byType = bodies ?? (body === undefined ? {} : { 'application/json': body });
  const content = Object.entries(byType).map(([type, schema]) => [
    type,
    { schema: inputSchema(strict(schema)) },
  ]);
  if (content.length === 0) return {};
  return { requestBody: { required: true, content: Object.fromEntries(content) as Json } };
}

function pathParameters({ params = {} }: RouteRules): Json[] {
  return Object.entries(params).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: inputSchema(schema),
  }));
}

function queryParameters({ query }: RouteRules): Json[] {
  if (!(query instanceof z.ZodObject)) return [];
  return Object.entries(query.shape as Record<string, z.ZodType>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    schema: inputSchema(schema),
  }));
}

function matchParameter({ ifMatch }: RouteRules): Json[] {
  if (ifMatch === undefined) return [];
  return [
    {
      name: 'If-Match',
      in: 'header',
      required: ifMatch === 'demanded',
      description: 'The ETag of what was read: 412 when it has changed since',
      schema: { type: 'string', pattern: '^"[1-9]\\d{0,8}"$', examples: ['"3"'] },
    },
  ];
}

function responses({ answers = [] }: RouteRules): Json {
  const described = answers.map((answer) => [String(answer.status), response(answer)]);
  const problem = {
    description: 'Problem',
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  return { ...Object.fromEntries(described), default: problem } as Json;
}

function response({ status, description, schema, headers }: Answer): Json {
  return {
    description: description || (STATUS_CODES[status] ?? ''),
    ...(schema !== undefined && {
      content: { 'application/json': { schema: jsonSchema(schema, 'output') } },
    }),
    ...(headers !== undefined && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, words]) => [
          name,
          { description: words, schema: { type: 'string' } },
        ]),
      ),
    }),
  };
}

const inputSchema = (schema: z.ZodType): Json => jsonSchema(schema, 'input');

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  // What a schema cannot say in JSON Schema (a transform's result) is left open rather than refused.
  const described = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  // OpenAPI 3.1's own dialect is the same.
  delete described['$schema'];
  return described;
}
