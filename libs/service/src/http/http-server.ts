import { openKeySet } from '../auth/key-set.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import type { ServiceConfig } from '../configuration/service-config.js';
import type { Logger } from '../logging/logger.js';
import { RequestDurations } from '../metrics/request-durations.js';
import { answerer } from '../problems/answer.js';
import { deadlineProblem } from '../problems/deadline.js';
import { notFoundProblem } from '../problems/not-found.js';
import { Lifecycle } from '../start/lifecycle.js';
import { installBodyParser } from './body-parser.js';
import { installHooks } from './hooks.js';
import type { Pipeline } from './hooks.js';
import { InFlight } from './in-flight.js';
import { installRateLimit } from './rate-limit.js';
import { ServiceAdapter } from './service-adapter.js';

/** The HTTP side of a service, before it has a route. */
export interface HttpServer {
  adapter: ServiceAdapter;
  pipeline: Pipeline;
}

/** Makes the server with its limits, hooks and answers; the routes come from Nest afterwards. */
export async function prepareHttpServer(
  config: ServiceConfig,
  logger: Logger,
): Promise<HttpServer> {
  const answer = answerer(logger);
  const adapter = new ServiceAdapter(config);
  const { fastify } = adapter;
  const pipeline: Pipeline = {
    service: config.service,
    logger,
    answer,
    lifecycle: new Lifecycle({ service: config.service, buildSha: config.buildSha ?? null }),
    inFlight: new InFlight(config.requestTimeoutMs, (request, reply) => {
      answer(deadlineProblem(request), request, reply);
    }),
    verifier: new TokenVerifier(config.auth, openKeySet(config.auth.keys)),
    durations: new RequestDurations(),
    controllerOf: () => undefined,
    once: undefined,
  };
  adapter.answerFrameworkError = answer;
  installBodyParser(fastify);
  installHooks(fastify, pipeline);
  if (config.rateLimitPerSecond !== undefined)
    await installRateLimit(fastify, config.rateLimitPerSecond);
  fastify.setErrorHandler((error, request, reply) => {
    answer(error, request, reply);
  });
  fastify.setNotFoundHandler((request, reply) => {
    answer(notFoundProblem(fastify, request), request, reply);
  });
  fastify.addHook('onClose', (_instance, done) => {
    pipeline.inFlight.stop();
    done();
  });
  return { adapter, pipeline };
}
