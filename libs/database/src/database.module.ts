import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { DatabaseConfig } from './config/database-config.js';
import {
  type DataSourceSpec,
  buildMetadata,
  createDataSource,
  dataSourceOptions,
} from './connection/create-data-source.js';
import { DatabaseConnector } from './database-connector.js';
import { type DatabaseLog, silentLog } from './database-log.js';
import { DatabaseHealthIndicator } from './health/database-health-indicator.js';
import { PoolGauge } from './health/pool-gauge.js';
import { DatabaseReadiness } from './health/readiness.js';
import { type TablePrivileges, requiredTables } from './health/required-tables.js';
import { readMigrationsLock } from './migrations-lock.js';
import { Transactions } from './transactions.js';

export interface DatabaseModuleOptions {
  service: string;
  config: DatabaseConfig;
  /** FP_ENV, when set: compared with the database's own. */
  environment?: string | undefined;
  production: boolean;
  entities: DataSourceSpec['entities'];
  migrationsLock: URL | string;
  /** Tables that need less than SELECT, INSERT, UPDATE, DELETE: an append-only journal. */
  privileges?: TablePrivileges;
  log?: DatabaseLog;
}

/**
 * The database of a service, for all its modules. Nest boots without it: nothing connects until
 * {@link DatabaseConnector.start} is called, so the port can be open and say "not ready" meanwhile.
 */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly readiness: DatabaseReadiness) {}

  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    const providers = databaseProviders(options);
    return {
      module: DatabaseModule,
      global: true,
      imports: [typeOrm(options)],
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.readiness.stop();
  }
}

function typeOrm({
  config,
  service,
  entities,
  log = silentLog,
}: DatabaseModuleOptions): DynamicModule {
  const spec = { service, entities, log };
  return TypeOrmModule.forRootAsync({
    useFactory: () => ({
      ...dataSourceOptions(config, spec),
      manualInitialization: true,
      retryAttempts: 0,
    }),
    dataSourceFactory: async () => {
      const dataSource = createDataSource(config, spec);
      await buildMetadata(dataSource);
      return dataSource;
    },
  });
}

function databaseProviders(options: DatabaseModuleOptions) {
  const { config, service, environment, production, log = silentLog } = options;
  const expected = { service, environment, production };
  // Read now: a build without its lock file is refused at boot, not at the first probe.
  const lock = readMigrationsLock(options.migrationsLock);
  return [
    {
      provide: DatabaseConnector,
      useFactory: (dataSource: DataSource) =>
        new DatabaseConnector({ dataSource, config, expected, log }),
      inject: [DataSource],
    },
    {
      provide: PoolGauge,
      useFactory: (dataSource: DataSource) =>
        new PoolGauge(dataSource, config.poolSize + config.maxOverflow),
      inject: [DataSource],
    },
    {
      provide: DatabaseReadiness,
      useFactory: (dataSource: DataSource, connector: DatabaseConnector, pool: PoolGauge) =>
        new DatabaseReadiness({
          target: config.target,
          connector,
          pool,
          rules: () => ({
            ...expected,
            lock,
            tables: requiredTables(dataSource, options.privileges),
          }),
        }),
      inject: [DataSource, DatabaseConnector, PoolGauge],
    },
    {
      provide: DatabaseHealthIndicator,
      useFactory: (readiness: DatabaseReadiness) => new DatabaseHealthIndicator(readiness),
      inject: [DatabaseReadiness],
    },
    {
      provide: Transactions,
      useFactory: (dataSource: DataSource, readiness: DatabaseReadiness) =>
        new Transactions(dataSource, (kind) => readiness.observe(kind)),
      inject: [DataSource, DatabaseReadiness],
    },
  ];
}
