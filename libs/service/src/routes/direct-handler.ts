import type { Type } from '@nestjs/common';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  HEADERS_METADATA,
  HTTP_CODE_METADATA,
  INTERCEPTORS_METADATA,
  METHOD_METADATA,
  PIPES_METADATA,
  REDIRECT_METADATA,
  RENDER_METADATA,
  RESPONSE_PASSTHROUGH_METADATA,
  ROUTE_ARGS_METADATA,
  RouteParamtypes,
  SSE_METADATA,
} from '@nestjs/common/internal';
import { RequestMethod } from '@nestjs/common';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { Answerer } from '../problems/answer.js';
import { principalOf } from './current-principal.js';

/** Where a route's code is. */
export interface RouteOwner {
  controller: Type;
  method: string;
}

/** A controller's method, to be called with a request's values. */
export interface DirectCall {
  /** What the route answers unless the method says otherwise. */
  status: number;
  invoke: (request: FastifyRequest, reply: FastifyReply) => unknown;
}

type Argument = (request: FastifyRequest, reply: FastifyReply) => unknown;
type Method = (...args: unknown[]) => unknown;
interface ArgumentMetadata {
  index: number;
  data?: unknown;
  pipes?: readonly unknown[];
  factory?: unknown;
}

// What Nest's own handler does around a method. A route that wants any of it keeps that handler.
const NEEDS_NEST = [
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  EXCEPTION_FILTERS_METADATA,
  HEADERS_METADATA,
  REDIRECT_METADATA,
  RENDER_METADATA,
  SSE_METADATA,
];

/** @returns undefined when the route uses something that only Nest's handler does. */
export function directCall(
  { controller, method }: RouteOwner,
  instance: object | undefined,
): DirectCall | undefined {
  const code = (controller.prototype as Record<string, Method | undefined>)[method];
  if (instance === undefined || code === undefined || needsNest(controller, code)) return undefined;
  const args = argumentsOf(controller, method);
  if (args === undefined) return undefined;
  return {
    status: statusOf(code),
    invoke: (request, reply) =>
      code.apply(
        instance,
        args.map((read) => read(request, reply)),
      ),
  };
}

/**
 * A Fastify handler that calls the controller's method itself: Nest's execution context (guards, pipes,
 * interceptors, four promises) costs 13 of the 60 µs that a small request takes, and our routes use none
 * of it. Global guards and interceptors are not looked at: hooks.ts is the place for what all routes need.
 *
 * @returns undefined when the route does use something of Nest's; then Nest's handler stays.
 */
export function directHandler(
  owner: RouteOwner,
  instance: object | undefined,
  answer: Answerer,
): RouteHandlerMethod | undefined {
  const call = directCall(owner, instance);
  if (call === undefined) return undefined;
  const { status, invoke } = call;
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    answer(error, request, reply);
  };
  return (request, reply) => {
    reply.code(status);
    const result = invoke(request, reply);
    if (result instanceof Promise) {
      result.then(
        (value: unknown) => finish(reply, value),
        (error: unknown) => fail(error, request, reply),
      );
    } else {
      finish(reply, result);
    }
  };
}

// The deadline may have answered meanwhile.
function finish(reply: FastifyReply, value: unknown): void {
  if (!reply.sent) void reply.send(value);
}

function needsNest(controller: Type, code: Method): boolean {
  return NEEDS_NEST.some(
    (key) => Reflect.hasMetadata(key, controller) || Reflect.hasMetadata(key, code),
  );
}

function statusOf(code: Method): number {
  const stated = Reflect.getMetadata(HTTP_CODE_METADATA, code) as number | undefined;
  const posts = Reflect.getMetadata(METHOD_METADATA, code) === RequestMethod.POST;
  return stated ?? (posts ? 201 : 200);
}

/** One reader per parameter of the method; undefined when one of them is none that we know. */
function argumentsOf(controller: Type, method: string): Argument[] | undefined {
  const stated = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<
    string,
    ArgumentMetadata
  >;
  const passthrough =
    Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, controller, method) === true;
  const readers: Argument[] = [];
  for (const [key, argument] of Object.entries(stated)) {
    const reader = readerOf(Number(key.split(':')[0]), argument, passthrough);
    if (reader === undefined || (argument.pipes ?? []).length > 0) return undefined;
    readers[argument.index] = reader;
  }
  // A parameter without a decorator gets undefined, as from Nest.
  return Array.from(readers, (reader) => reader ?? (() => undefined));
}

function readerOf(
  kind: number,
  { data, factory }: ArgumentMetadata,
  passthrough: boolean,
): Argument | undefined {
  if (factory !== undefined)
    return factory === principalOf ? ({ principal }) => principal : undefined;
  const name = typeof data === 'string' ? data : undefined;
  const from = (part: Argument): Argument =>
    name === undefined
      ? part
      : (request, reply) => (part(request, reply) as Record<string, unknown> | undefined)?.[name];
  if (kind === (RouteParamtypes.REQUEST as number)) return (request) => request;
  if (kind === (RouteParamtypes.RESPONSE as number))
    return passthrough ? (_, reply) => reply : undefined;
  if (kind === (RouteParamtypes.BODY as number)) return from(({ body }) => body);
  if (kind === (RouteParamtypes.QUERY as number)) return from(({ query }) => query);
  if (kind === (RouteParamtypes.PARAM as number)) return from(({ params }) => params);
  if (kind === (RouteParamtypes.HEADERS as number)) {
    return name === undefined
      ? ({ headers }) => headers
      : ({ headers }) => headers[name.toLowerCase()];
  }
  return undefined;
}
