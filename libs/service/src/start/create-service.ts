import 'reflect-metadata';
import { DatabaseModule, DatabaseReadiness, PoolGauge, Transactions } from '@fusion-prime/database';
import { Clock, systemClock } from '@fusion-prime/kernel';
import { EventGauges } from '@fusion-prime/messaging';
import { Module } from '@nestjs/common';
import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes } from 'node:crypto';
import { ServiceToken } from '../auth/service-token.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { CanaryModule } from '../canary/canary.module.js';
import { readConfiguration } from '../configuration/read-configuration.js';
import type { Configuration, Variables } from '../configuration/read-configuration.js';
import { Cursors } from '../cursors/cursors.js';
import { collectRoutes } from '../docs/collect-routes.js';
import { installDocs } from '../docs/docs-routes.js';
import { describeRoutes } from '../docs/openapi.js';
import type { OpenAPIObject } from '../docs/openapi.js';
import { HealthModule } from '../health/health.module.js';
import { prepareHttpServer } from '../http/http-server.js';
import type { InFlight } from '../http/in-flight.js';
import { AnswerOnce } from '../idempotency/answer-once.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { createLogger } from '../logging/logger.js';
import type { Logger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { eventMetrics } from '../events/event-metrics.js';
import { EventWorks } from '../events/event-works.js';
import { EventsModule } from '../events/events.module.js';
import { installMetrics } from '../metrics/metrics-routes.js';
import { OwnMetrics } from '../metrics/own-metrics.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { commonEntities } from './common-entities.js';
import { Background } from './background.js';
import { DatabaseStart } from './database-start.js';
import { Lifecycle } from './lifecycle.js';
import type { ServiceDefinition, ServiceParts } from './service-definition.js';
import { LOGGER, SERVICE_CONFIG } from './tokens.js';

@Module({})
class ServiceModule {}

/** A service that is built but does not listen yet. */
export interface BuiltService {
  app: NestFastifyApplication;
  lifecycle: Lifecycle;
  inFlight: InFlight;
}

/**
 * Builds the service that {@link startService} runs and tests talk to. It listens on no port yet, and
 * begins to look for its database by itself.
 *
 * @throws {ConfigInvalid} with every problem of the variables.
 * @example
 * const app = await createService(settlement, { DATABASE_URL, AUTH_ISSUER, … });
 * await app.listen(0, '127.0.0.1');
 */
export async function createService<C>(
  definition: ServiceDefinition<C>,
  vars: Variables,
): Promise<NestFastifyApplication> {
  const configuration = readConfiguration(definition, vars);
  const { service, logLevel } = configuration.service;
  return (await buildService(definition, configuration, createLogger({ service, level: logLevel })))
    .app;
}

/** The OpenAPI document of a service: needs no database and no configuration. */
export async function openApiDocument<C>(definition: ServiceDefinition<C>): Promise<OpenAPIObject> {
  return describe(definition.name, await definition.load());
}

function describe(service: string, parts: ServiceParts): OpenAPIObject {
  const modules = [parts.module, EventsModule.routes(parts), CanaryModule, HealthModule];
  return describeRoutes(service, collectRoutes(modules));
}

/** What {@link createService} and the process share. */
export async function buildService<C>(
  definition: ServiceDefinition<C>,
  configuration: Configuration<C>,
  logger: Logger,
): Promise<BuiltService> {
  const { service: config } = configuration;
  const parts = await definition.load();
  const { adapter, pipeline } = await prepareHttpServer(config, logger);
  const { lifecycle, inFlight, answer } = pipeline;
  const metrics = new OwnMetrics();
  const providers = [
    ...configProviders(definition, configuration),
    { provide: LOGGER, useValue: logger },
    { provide: Lifecycle, useValue: lifecycle },
    { provide: TokenVerifier, useValue: pipeline.verifier },
    { provide: ServiceToken, useValue: new ServiceToken(config.serviceTokenFile) },
    { provide: Clock, useValue: systemClock },
    {
      provide: Cursors,
      useValue: new Cursors(config.cursorKey ?? randomBytes(32).toString('hex')),
    },
    DatabaseStart,
    Background,
    { provide: OwnMetrics, useValue: metrics },
  ];
  const root = rootModule({ configuration, parts, providers, logger });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(answer));
  pipeline.controllerOf = (controller) => singleton(app, controller);
  pipeline.once = app.get(AnswerOnce, { strict: false });
  if (config.metricsEnabled) {
    installMetrics(adapter.fastify, {
      ...pipeline,
      readiness: app.get(DatabaseReadiness),
      pool: app.get(PoolGauge),
      further: () => [
        ...eventMetrics(app.get(EventWorks), new EventGauges(app.get(Transactions))),
        ...metrics.all(),
      ],
    });
  }
  if (config.docsEnabled) {
    installDocs(adapter.fastify, config.service, () => describe(config.service, parts));
  }
  await app.init();
  await adapter.fastify.ready();
  return { app, lifecycle, inFlight };
}

/** Undefined for a controller of which Nest makes one per request. */
function singleton(app: NestFastifyApplication, controller: Type): object | undefined {
  try {
    return app.get<object>(controller, { strict: false });
  } catch {
    return undefined;
  }
}

function configProviders<C>(
  { configToken }: ServiceDefinition<C>,
  { service, app }: Configuration<C>,
): Provider[] {
  const own = { provide: SERVICE_CONFIG, useValue: service };
  return configToken === undefined ? [own] : [own, { provide: configToken, useValue: app }];
}

function rootModule<C>(options: {
  configuration: Configuration<C>;
  parts: ServiceParts;
  providers: Provider[];
  logger: Logger;
}): DynamicModule {
  const { configuration, parts, providers, logger } = options;
  const { service, database } = configuration;
  return {
    module: ServiceModule,
    global: true,
    imports: [
      DatabaseModule.forRoot({
        service: service.service,
        config: database,
        environment: service.environment,
        production: service.production,
        entities: [...parts.entities, ...commonEntities],
        migrationsLock: parts.migrationsLock,
        log: logger,
      }),
      HealthModule,
      CanaryModule,
      IdempotencyModule,
      EventsModule.forRoot(parts, service, logger),
      parts.module,
    ],
    providers,
    exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
  };
}
