export {
  DatabaseNotConnected,
  classifyDatabaseError,
  sqlStateOf,
} from './classify-database-error.js';
export type { DatabaseErrorClass } from './classify-database-error.js';
export { readDatabaseConfig } from './config/database-config.js';
export type { DatabaseConfig } from './config/database-config.js';
export { parseDatabaseUrl } from './config/database-url.js';
export type { DatabaseUrlRules, ParsedDatabaseUrl } from './config/database-url.js';
export { readDatabaseUrl } from './config/read-database-url.js';
export type { ReadDatabaseUrlOptions } from './config/read-database-url.js';
export { checkConnection } from './connection/check-connection.js';
export type { ConnectionFacts } from './connection/check-connection.js';
export { connectClient } from './connection/connect-client.js';
export type { ConnectClientOptions } from './connection/connect-client.js';
export { buildMetadata, createDataSource } from './connection/create-data-source.js';
export type { DataSourceSpec, EntityClass } from './connection/create-data-source.js';
export { prepared } from './connection/prepared.js';
export { DatabaseConnector } from './database-connector.js';
export type { DatabaseLog } from './database-log.js';
export { DatabaseModule } from './database.module.js';
export type { DatabaseModuleOptions } from './database.module.js';
export { DatabaseFault, faultOf } from './fault.js';
export type { FaultExitCode, ReasonCode } from './fault.js';
export type { DatabaseHealth, PoolHealth } from './health/database-health.js';
export { DatabaseHealthIndicator } from './health/database-health-indicator.js';
export { PoolGauge } from './health/pool-gauge.js';
export { DatabaseReadiness } from './health/readiness.js';
export { requiredTables } from './health/required-tables.js';
export type { Privilege, RequiredTable, TablePrivileges } from './health/required-tables.js';
export type { Expectation, HealthReason } from './health/server-rules.js';
export { APPLIED_SQL, compareHistory, readMigrationsLock } from './migrations-lock.js';
export type { AppliedMigration, MigrationLockEntry, MigrationState } from './migrations-lock.js';
export { SSL_MODES, audienceOf, isProduction, showTarget } from './target.js';
export type { Audience, DatabaseTarget, SslMode } from './target.js';
export { Transactions } from './transactions.js';
export type { Reader, Tx } from './transactions.js';
