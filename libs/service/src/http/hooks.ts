import type { Type } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { authenticate } from '../auth/authenticate.js';
import type { TokenVerifier } from '../auth/token-verifier.js';
import type { AnswerOnce } from '../idempotency/answer-once.js';
import { keyedHandler, readKeyed } from '../idempotency/keyed-route.js';
import { demandKeyable, takesKey } from '../idempotency/takes-key.js';
import type { Logger } from '../logging/logger.js';
import type { Recorder, RequestDurations } from '../metrics/request-durations.js';
import type { Answerer } from '../problems/answer.js';
import { Problem } from '../problems/problem.js';
import { inputCheck } from '../routes/check-input.js';
import { directCall, directHandler } from '../routes/direct-handler.js';
import { fullScope } from '../routes/full-scope.js';
import type { RouteRules } from '../routes/route-rules.js';
import type { Lifecycle } from '../start/lifecycle.js';
import type { InFlight } from './in-flight.js';
import { traceparentOf } from './request-identity.js';
import { API_HEADERS } from './security-headers.js';
import { MAX_HEADER_COUNT } from './service-adapter.js';

/** What the hooks of every request work with. */
export interface Pipeline {
  service: string;
  logger: Logger;
  lifecycle: Lifecycle;
  inFlight: InFlight;
  verifier: TokenVerifier;
  durations: RequestDurations;
  answer: Answerer;
  /** The instance of a controller; undefined when Nest makes one per request. */
  controllerOf: (controller: Type) => object | undefined;
  /** Set once the app is built, before it has a route. */
  once: AnswerOnce | undefined;
}

/**
 * A request's way: limits and headers → token and scopes → body → parameters and body checked → handler
 * → counted and logged. Plain Fastify hooks, the route's own made once at boot.
 */
export function installHooks(fastify: FastifyInstance, pipeline: Pipeline): void {
  fastify.decorateRequest('principal', undefined);
  fastify.decorateRequest('keyed', undefined);
  fastify.addHook('onRoute', (route) => {
    equipRoute(route, pipeline);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    pipeline.inFlight.add(request, reply);
    reply.headers(API_HEADERS).header('x-request-id', request.id);
    if (pipeline.lifecycle.shuttingDown) reply.header('connection', 'close');
    done(requestDefect(request));
  });
  const lost = recorder(pipeline, 'other', '(none)');
  fastify.addHook('onResponse', (request, reply, done) => {
    pipeline.inFlight.remove(reply);
    if (request.is404) lost(request, reply);
    done();
  });
  pipeline.lifecycle.onDrain(() => {
    for (const reply of pipeline.inFlight.replies()) {
      if (!reply.raw.headersSent) reply.header('connection', 'close');
    }
  });
}

/** Gives one route its hooks. A route that does not say who may call it does not boot. */
function equipRoute(route: RouteOptions, pipeline: Pipeline): void {
  const rules = (route.config ?? {}) as RouteRules;
  const name = `${String(route.method)} ${route.url}`;
  if (rules.access === undefined) {
    throw new Error(`${name} says neither @Scopes(...) nor @Public(): refusing to start`);
  }
  if (rules.access !== 'public') {
    const scopes = rules.access.map((scope) => fullScope(pipeline.service, scope));
    route.onRequest = [authenticate(pipeline.verifier, scopes)];
  }
  const keyed = takesKey(route, rules);
  equipHandler(route, pipeline, keyed);
  if (rules.bodyLimit !== undefined) route.bodyLimit = rules.bodyLimit;
  const check = inputCheck(rules);
  route.preValidation = [
    (request, _reply, done) => {
      try {
        if (keyed) readKeyed(request);
        check(request);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  ];
  const record = recorder(pipeline, String(route.method), route.url);
  route.onResponse = [
    (request, reply, done) => {
      record(request, reply);
      done();
    },
  ];
}

/** The route's code is called without Nest's detours, and once for each Idempotency-Key. */
function equipHandler(route: RouteOptions, pipeline: Pipeline, keyed: boolean): void {
  const rules = (route.config ?? {}) as RouteRules;
  const { answer, once } = pipeline;
  const instance = rules.owner && pipeline.controllerOf(rules.owner.controller);
  if (rules.owner !== undefined) {
    route.handler = directHandler(rules.owner, instance, answer) ?? route.handler;
  }
  if (!keyed) return;
  const call = rules.owner && directCall(rules.owner, instance);
  demandKeyable(route, rules, call);
  if (once === undefined) throw new Error('routes are made after the app');
  route.handler = keyedHandler(call, { plain: route.handler, rules, answer, once });
}

/** What Node's parser lets through and we do not. */
function requestDefect(request: FastifyRequest): Problem | undefined {
  const { headers, rawHeaders, httpVersionMinor } = request.raw;
  if (rawHeaders.length > MAX_HEADER_COUNT * 2) {
    const detail = `more than ${String(MAX_HEADER_COUNT)} headers`;
    return new Problem({ status: 431, code: 'too-many-headers', detail });
  }
  if (headers.host === undefined && httpVersionMinor === 1) {
    return new Problem({
      status: 400,
      code: 'host-missing',
      detail: 'HTTP/1.1 demands a Host header',
    });
  }
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return undefined;
  return new Problem({
    status: 415,
    code: 'unsupported-content-encoding',
    detail: 'send the body without a content encoding',
    headers: { 'accept-encoding': 'identity', 'accept-post': 'application/json' },
  });
}

const QUIET_ROUTES = /^\/(health|metrics|docs)\b/;

function recorder(
  { durations, logger }: Pipeline,
  method: string,
  route: string,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const count: Recorder = durations.recorder(method, route);
  const quiet = QUIET_ROUTES.test(route);
  return (request, reply) => {
    const status = reply.statusCode;
    const durationMs = reply.elapsedTime;
    count(status, durationMs);
    // Probes arrive every second for ever; only their failures are news, and readiness logs those.
    const level = quiet ? 'debug' : 'info';
    if (!logger.isLevelEnabled(level)) return;
    // Without a message: the event says it, and there are thousands of these a second.
    logger[level]({
      event: 'request.completed',
      requestId: request.id,
      traceparent: traceparentOf(request.raw),
      method: request.method,
      route,
      status,
      durationMs: Math.round(durationMs * 1_000) / 1_000,
      subject: request.principal?.subject,
    });
  };
}
