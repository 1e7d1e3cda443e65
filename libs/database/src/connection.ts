// The part of this package that needs neither Nest nor TypeORM: `fp` starts in a tenth of a second.
import type pg from 'pg';
import type { ConnectClientOptions } from './connection/connect-client.js';
import type { DatabaseTarget } from './target.js';

export { readDatabaseConfig } from './config/database-config.js';
export type { DatabaseConfig } from './config/database-config.js';
export { parseDatabaseUrl } from './config/database-url.js';
export { nearestName } from './config/nearest-name.js';
export { readDatabaseUrl } from './config/read-database-url.js';
export { readTextFile } from './config/text-file.js';
export { checkConnection } from './connection/check-connection.js';
export type { ConnectClientOptions } from './connection/connect-client.js';
export { DatabaseFault } from './fault.js';
export { audienceOf, isProduction, showTarget } from './target.js';
export type { Audience, DatabaseTarget } from './target.js';

/**
 * As `connectClient` of the index; the driver is loaded with the first connection, so a program has said
 * where it is going to look before that.
 *
 * @throws {DatabaseFault} DB_UNREACHABLE, DB_AUTH or DB_TLS.
 */
export async function connectClient(
  target: DatabaseTarget,
  options: ConnectClientOptions,
): Promise<pg.Client> {
  const door = await import('./connection/connect-client.js');
  return door.connectClient(target, options);
}
