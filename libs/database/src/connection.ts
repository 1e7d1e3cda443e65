// The part of this package that needs neither Nest nor TypeORM: `fp` starts in a tenth of a second.
export { parseDatabaseUrl } from './config/database-url.js';
export { readDatabaseUrl } from './config/read-database-url.js';
export { connectClient } from './connection/connect-client.js';
export type { ConnectClientOptions } from './connection/connect-client.js';
export { DatabaseFault } from './fault.js';
export { audienceOf, showTarget } from './target.js';
export type { Audience, DatabaseTarget } from './target.js';
