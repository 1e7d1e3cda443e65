import { audienceOf, readDatabaseConfig, readTextFile } from '@fusion-prime/database/connection';
import type { DatabaseConfig } from '@fusion-prime/database/connection';
import { assert, Environment } from '@fusion-prime/kernel';
import type { ConfigProblem } from '@fusion-prime/kernel';
import type { ServiceDefinition } from '../start/service-definition.js';
import { readServiceConfig } from './service-config.js';
import type { ServiceConfig } from './service-config.js';

export type Variables = Readonly<Record<string, string | undefined>>;

/** The whole configuration of one service. */
export interface Configuration<C> {
  service: ServiceConfig;
  database: DatabaseConfig;
  app: C;
  warnings: readonly ConfigProblem[];
}

const NO_TIMEOUTS = { requestTimeoutMs: 0, shutdownGraceMs: 0 };

/**
 * Reads every variable of a service, its database's and its app's, before anything is opened.
 *
 * @throws {ConfigInvalid} with the problems of all of them at once.
 */
export function readConfiguration<C>(
  definition: ServiceDefinition<C>,
  vars: Variables,
): Configuration<C> {
  const env = new Environment(vars, readTextFile);
  const { service, database, app } = readEverything(env, definition);
  env.finish();
  assert(database !== undefined, 'a database configuration without problems exists');
  return { service, database, app, warnings: env.warnings };
}

/** Asks for every variable there is; what is wrong stands in `env`, and the database may be undefined. */
export function readEverything<C>(
  env: Environment,
  definition: Pick<ServiceDefinition<C>, 'name' | 'defaultPort' | 'readConfig'>,
): { service: ServiceConfig; database: DatabaseConfig | undefined; app: C } {
  const audience = audienceOf(env.raw('NODE_ENV'), 'service');
  const database = readDatabaseConfig(env, audience);
  const service = readServiceConfig(env, definition, database ?? NO_TIMEOUTS);
  return { service, database, app: definition.readConfig(env) };
}
