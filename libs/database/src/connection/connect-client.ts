import type pg from 'pg';
import { faultOf } from '../fault.js';
import type { DatabaseTarget } from '../target.js';
import { StrictClient, clientOptions } from './strict-client.js';

export interface ConnectClientOptions {
  applicationName: string;
  connectTimeoutMs: number;
  /**
   * A start-up parameter, never a SET: through a transaction pooler that would reach whoever gets the
   * server's session next. A pooler that refuses the parameter is used without it.
   */
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
  try {
    return await open(target, options);
  } catch (error) {
    if (options.statementTimeoutMs === undefined || !isRefusedParameter(error))
      throw faultOf(error);
  }
  const withoutLimit = { ...options };
  delete withoutLimit.statementTimeoutMs;
  return open(target, withoutLimit).catch((error: unknown) => {
    throw faultOf(error);
  });
}

async function open(target: DatabaseTarget, options: ConnectClientOptions): Promise<pg.Client> {
  const client = new StrictClient({
    ...clientOptions(target, options.applicationName),
    connectionTimeoutMillis: options.connectTimeoutMs,
    ...(options.queryTimeoutMs !== undefined && { query_timeout: options.queryTimeoutMs }),
    ...(options.statementTimeoutMs !== undefined && {
      statement_timeout: options.statementTimeoutMs,
    }),
  });
  // Without a listener Node ends the process when the server goes away between two queries.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    // pg leaves the socket open when the login fails half-way.
    void client.end().catch(() => undefined);
    throw error;
  }
}

/** PgBouncer knows few start-up parameters and refuses the login over any other. */
function isRefusedParameter(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === '08P01' && /unsupported startup parameter/.test(String(message));
}
