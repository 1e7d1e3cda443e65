import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/database-config.js';
import { type DatabaseLog, silentLog } from '../database-log.js';
import { PooledClient, clientOptions } from './strict-client.js';

/** The class of an entity, listed by name: a glob that matches nothing makes an empty schema look complete. */
export type EntityClass = abstract new (...args: never[]) => object;

export interface DataSourceSpec {
  /** Stands in `pg_stat_activity.application_name`. */
  service: string;
  entities: readonly EntityClass[];
  log?: DatabaseLog;
}

// Above the server's limit, so that its error, which names the statement, normally comes first. This
// one is for a network that swallows the answer.
const ANSWER_MARGIN_MS = 1_000;

/** TypeORM's options with every one that could change a schema, or choose another engine, stated. */
export function dataSourceOptions(config: DatabaseConfig, spec: DataSourceSpec): DataSourceOptions {
  const log = spec.log ?? silentLog;
  const { target } = config;
  return {
    type: 'postgres',
    driver: pg,
    entities: [...spec.entities] as never[],
    migrations: [],
    subscribers: [],
    synchronize: false,
    migrationsRun: false,
    dropSchema: false,
    // The runtime role may not create extensions, and TypeORM would try whenever a column is a uuid.
    installExtensions: false,
    logging: false,
    host: target.host,
    port: target.port,
    database: target.database,
    username: target.user,
    password: target.password,
    poolSize: config.poolSize + config.maxOverflow,
    connectTimeoutMS: config.connectTimeoutMs,
    poolErrorHandler: (error: Error) => {
      log.warn(
        { event: 'database.pool.client-lost', reason: error.message },
        'a pooled connection was lost',
      );
    },
    extra: {
      ...clientOptions(target, spec.service),
      Client: PooledClient,
      idleTimeoutMillis: config.idleTimeoutMs,
      query_timeout: config.statementTimeoutMs + ANSWER_MARGIN_MS,
      onConnect: (client: pg.Client) => lowerStatementTimeout(client, config.statementTimeoutMs),
    },
  };
}

/**
 * The service's DataSource, not initialised: {@link DatabaseConnector} does that once the database has
 * answered and was checked.
 */
export function createDataSource(config: DatabaseConfig, spec: DataSourceSpec): DataSource {
  return new DataSource(dataSourceOptions(config, spec));
}

/**
 * Reads the entities' decorators without connecting, so that repositories and readiness know them while
 * the database is still away. `initialize()` does it again, harmlessly.
 */
export async function buildMetadata(dataSource: DataSource): Promise<void> {
  await (dataSource as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas();
}

/** The role's ceiling (ALTER ROLE) stands; configuration may only go below it. 0 means "no ceiling". */
async function lowerStatementTimeout(client: pg.Client, statementTimeoutMs: number): Promise<void> {
  // A connection that dies here is reported by the query; without a listener it would end the process.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  await client.query(
    `SELECT set_config('statement_timeout', $1::text, false) FROM pg_settings
     WHERE name = 'statement_timeout' AND (setting::int = 0 OR setting::int > $1::int)`,
    [statementTimeoutMs],
  );
  client.off('error', ignore);
}
