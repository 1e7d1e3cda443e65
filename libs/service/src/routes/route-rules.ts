import { Body, Headers, HttpCode, Param, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { z } from 'zod';
import type { RouteOwner } from './direct-handler.js';

/** Nest's Fastify adapter hands what lies under this key to Fastify as the route's `config`. */
const ROUTE_CONFIG = '__fastify_route_config__';

export interface Answer {
  status: number;
  description: string;
  schema?: z.ZodType;
  headers?: Record<string, string>;
}

/** All that is known about a route apart from its code. Hooks and the OpenAPI document are made from it. */
export interface RouteRules {
  /** Every listed scope is demanded; `public` = no token. Undefined refuses to boot. */
  access?: readonly string[] | 'public';
  body?: z.ZodType;
  /** Instead of `body`, for a route that takes several media types: the schema of each. */
  bodies?: Readonly<Record<string, z.ZodType>>;
  query?: z.ZodType;
  params?: Record<string, z.ZodType>;
  answers?: readonly Answer[];
  bodyLimit?: number;
  /** Whether it heeds, or demands, the version that a write is based on. */
  ifMatch?: 'heeded' | 'demanded';
  summary?: string;
  /** By what the route knows a repetition itself; it takes no Idempotency-Key then. */
  idempotentBy?: string;
  /** Fields of the answer that its repetition does not show: they are kept as null. */
  shownOnce?: readonly string[];
  /** Set by the decorators themselves; unset for a plain Fastify route. */
  owner?: RouteOwner;
}

type Handler = (...args: never[]) => unknown;

export function rulesOf(handler: object): RouteRules {
  return (Reflect.getMetadata(ROUTE_CONFIG, handler) as RouteRules | undefined) ?? {};
}

function addRules(handler: object, rules: RouteRules): void {
  Reflect.defineMetadata(ROUTE_CONFIG, { ...rulesOf(handler), ...rules }, handler);
}

function onMethod(rules: RouteRules): MethodDecorator {
  return (target, name, descriptor) => {
    const owner = { controller: target.constructor as Type, method: String(name) };
    addRules(descriptor.value as object, { ...rules, owner });
  };
}

function onParameter(
  native: ParameterDecorator,
  rules: (known: RouteRules) => RouteRules,
): ParameterDecorator {
  return (target, name, index) => {
    native(target, name, index);
    const handler = (target as Record<PropertyKey, Handler>)[name ?? ''];
    if (handler !== undefined) addRules(handler, rules(rulesOf(handler)));
  };
}

/** Demands a token with every one of these scopes. `:admin` means `<this service>:admin`. */
export const Scopes = (...scopes: [string, ...string[]]): MethodDecorator =>
  onMethod({ access: scopes });

/** Needs no token. Said out loud: a route that says neither this nor its scopes does not boot. */
export const Public = (): MethodDecorator => onMethod({ access: 'public' });

/** Bytes of body this route accepts, when 64 KiB is wrong for it (bulk routes). */
export const BodyLimit = (bytes: number): MethodDecorator => onMethod({ bodyLimit: bytes });

export const Summary = (summary: string): MethodDecorator => onMethod({ summary });

/**
 * A POST that knows its repetitions by itself, and so ignores an Idempotency-Key.
 * @param identity what makes two requests the same, for the documentation: `command_id`
 */
export const IdempotentBy = (identity: string): MethodDecorator =>
  onMethod({ idempotentBy: identity });

/**
 * Fields of the answer that are secrets: what is kept under an Idempotency-Key has null in their place, and
 * so has the answer to a repetition. The route's README says how to get another secret.
 */
export const ShownOnce = (...fields: [string, ...string[]]): MethodDecorator =>
  onMethod({ shownOnce: fields });

/** What the route answers; the first one's status is the default. Documented, not enforced. */
export function Produces(first: Answer, ...others: Answer[]): MethodDecorator {
  return (target, name, descriptor) => {
    addRules(descriptor.value as object, { answers: [first, ...others] });
    HttpCode(first.status)(target, name, descriptor);
  };
}

/** The body, parsed by this schema; fields it does not name are 422. */
export const JsonBody = (schema: z.ZodType): ParameterDecorator =>
  onParameter(Body(), () => ({ body: schema }));

/**
 * The body of a route that takes several media types, all of them JSON, each with a schema of its own.
 * @example BodyByType({ 'application/cloudevents+json': eventSchema, 'application/json': pushSchema })
 */
export const BodyByType = (bodies: Readonly<Record<string, z.ZodType>>): ParameterDecorator =>
  onParameter(Body(), () => ({ bodies }));

/** All query parameters, parsed by this schema; unknown and repeated ones are 400. */
export const QueryParams = (schema: z.ZodType): ParameterDecorator =>
  onParameter(Query(), () => ({ query: schema }));

/** The If-Match header, for `versionIfAny`; `demanded` is for `versionOf`, which refuses to do without. */
export const IfMatch = (need: 'heeded' | 'demanded' = 'heeded'): ParameterDecorator =>
  onParameter(Headers('if-match'), () => ({ ifMatch: need }));

export const PathParam = (name: string, schema: z.ZodType): ParameterDecorator =>
  onParameter(Param(name), (known) => ({ params: { ...known.params, [name]: schema } }));
