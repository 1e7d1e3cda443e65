// The part of this package that needs neither Nest nor TypeORM: `fp` starts in a tenth of a second.
export { readDatabaseConfig } from './config/database-config.js';
export type { DatabaseConfig } from './config/database-config.js';
export { parseDatabaseUrl } from './config/database-url.js';
export { readDatabaseUrl } from './config/read-database-url.js';
export { connectClient } from './connection/connect-client.js';
export type { ConnectClientOptions } from './connection/connect-client.js';
export { DatabaseFault } from './fault.js';
export { audienceOf, isProduction, showTarget } from './target.js';
export type { Audience, DatabaseTarget } from './target.js';
