import type pg from 'pg';
import { faultOf } from '../fault.js';
import type { DatabaseTarget } from '../target.js';
import { StrictClient, clientOptions } from './strict-client.js';

export interface ConnectClientOptions {
  applicationName: string;
  connectTimeoutMs: number;
  /** Set with SET after the login: a pooler refuses unknown start-up parameters. */
  statementTimeoutMs?: number;
  /** How long the client itself waits for an answer; then the connection is broken off. */
  queryTimeoutMs?: number;
}

/**
 * Opens one dedicated connection: for probes, the migrator and `fp`. The caller ends it. A lost
 * connection shows as the next query's error, never as an unhandled `error` event.
 *
 * @throws {DatabaseFault} DB_UNREACHABLE, DB_AUTH or DB_TLS.
 * @example const client = await connectClient(target, { applicationName: 'fp', connectTimeoutMs: 2_000 });
 */
export async function connectClient(
  target: DatabaseTarget,
  options: ConnectClientOptions,
): Promise<pg.Client> {
  const client = new StrictClient({
    ...clientOptions(target, options.applicationName),
    connectionTimeoutMillis: options.connectTimeoutMs,
    ...(options.queryTimeoutMs !== undefined && { query_timeout: options.queryTimeoutMs }),
  });
  // Without a listener Node ends the process when the server goes away between two queries.
  client.on('error', () => undefined);
  try {
    await client.connect();
    if (options.statementTimeoutMs !== undefined) {
      await client.query(`SET statement_timeout = ${Math.trunc(options.statementTimeoutMs)}`);
    }
    return client;
  } catch (error) {
    // pg leaves the socket open when the login fails half-way.
    void client.end().catch(() => undefined);
    throw faultOf(error);
  }
}
