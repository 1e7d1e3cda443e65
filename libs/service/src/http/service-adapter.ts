import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { ServiceConfig } from '../configuration/service-config.js';
import { answerClientError, answerConnect, answerExpectation } from './client-error.js';
import { requestIdOf } from './request-identity.js';

/** Bodies of ordinary routes; bulk routes state their own with @BodyLimit. */
export const BODY_LIMIT_BYTES = 64 * 1024;
export const MAX_HEADER_COUNT = 100;
const MAX_HEADER_BYTES = 16 * 1024;
// Ids have at most 128 characters, each of which may be written as %XX%XX%XX.
const MAX_PARAM_LENGTH = 1_200;
const HEADERS_TIMEOUT_MS = 5_000;
// Longer than the 60 s idle time of common balancers, so that they, not we, hang up first.
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
// How often Node looks for connections that broke these limits.
const CONNECTIONS_CHECK_MS = 1_000;
// 16 KiB of headers and 64 KiB of body each: 320 MiB at the very worst.
const MAX_CONNECTIONS = 4_096;

const noSchemas = () => (): never => {
  throw new Error('a route has a Fastify schema: state it with @JsonBody, @QueryParams, @Produces');
};

/**
 * Nest's Fastify adapter with every limit stated, and without its own answers to unknown routes and
 * errors: those are problem documents, made in one place (see answer.ts).
 */
export class ServiceAdapter extends FastifyAdapter {
  constructor(config: ServiceConfig) {
    super({
      // One line per request is written by our own hook, through the process's one logger.
      logger: false,
      genReqId: requestIdOf,
      bodyLimit: BODY_LIMIT_BYTES,
      requestTimeout: config.requestTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionTimeout: 0,
      // While closing, requests that arrive on open connections are still served, then hung up.
      return503OnClosing: false,
      forceCloseConnections: 'idle',
      clientErrorHandler: answerClientError,
      http: {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: Math.min(HEADERS_TIMEOUT_MS, config.requestTimeoutMs),
        connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
        // Node's own refusal has no body; hooks.ts makes a problem of it.
        requireHostHeader: false,
      },
      // Requests are checked by zod, and answers are plain JSON: ajv and fast-json-stringify, 235 files, stay
      // unread. A route with a Fastify schema would be a mistake, and is told so.
      schemaController: {
        compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas },
      },
      routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
      // No Nest middleware is used, so Fastify need not carry its adapter through every request.
      skipMiddie: true,
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
        this.answerFrameworkError(error, request, reply);
      },
    } as FastifyServerOptions);
    const { server } = this.fastify;
    server.on('checkExpectation', answerExpectation);
    server.on('connect', answerConnect);
    server.maxConnections = MAX_CONNECTIONS;
    // Node drops what is beyond without a word; one more than allowed lets us see it and refuse.
    server.maxHeadersCount = MAX_HEADER_COUNT + 1;
  }

  /** Set before the first request by whoever installs the answers. */
  answerFrameworkError: (error: Error, request: FastifyRequest, reply: FastifyReply) => void = (
    error,
  ) => {
    throw error;
  };

  get fastify(): FastifyInstance {
    return this.getInstance<FastifyInstance>();
  }

  override setErrorHandler(): never {
    return undefined as never;
  }

  override setNotFoundHandler(): never {
    return undefined as never;
  }
}
