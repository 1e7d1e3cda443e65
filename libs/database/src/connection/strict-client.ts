import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import type { DatabaseTarget } from '../target.js';
import { notePreparedFailure, preparedName } from './prepared.js';

interface ClientInternals {
  connectionParameters: { options?: unknown; replication?: unknown };
  replication?: unknown;
  _queryable: boolean;
  connection: { stream: { destroy(): void } };
}

// What pg says when `query_timeout` passes: the answer is still on its way.
const READ_TIMEOUT = 'Query read timeout';
// PostgreSQL's query_canceled, statement_timeout included.
const QUERY_CANCELED = '57014';

/**
 * node-postgres without its two silent habits: PGOPTIONS and PGREPLICATION do not reach the server, and
 * a client whose query timed out is broken off, so that no pool hands it out with the old answer
 * still on its way.
 */
export class StrictClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const internals = this as unknown as ClientInternals;
    internals.connectionParameters.options = undefined;
    internals.connectionParameters.replication = undefined;
    internals.replication = undefined;
  }

  // pg.Client.query has eight overloads; the arguments pass through untouched.
  override query(...args: unknown[]): never {
    const answer: unknown = (super.query as (...args: unknown[]) => unknown).apply(this, args);
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        if (this.isBroken(error)) this.breakOff();
      });
    }
    return answer as never;
  }

  /** Whether this client may no longer be used after the error. */
  protected isBroken(error: unknown): boolean {
    return (error as Error).message === READ_TIMEOUT;
  }

  private breakOff(): void {
    const internals = this as unknown as ClientInternals;
    // The socket closes a moment later; pg-pool looks at this mark when the client is released, now.
    internals._queryable = false;
    internals.connection.stream.destroy();
  }
}

// A session that began while the database was set read-only stays so after that was taken back.
const READ_ONLY = '25006';
const POOL_ENDS_ON: readonly (string | undefined)[] = [QUERY_CANCELED, READ_ONLY];

/**
 * A client of a service's pool. Here the server's own time-out ends the connection too: the session
 * that was too slow for one request is not handed to the next. It prepares what is marked so.
 */
export class PooledClient extends StrictClient {
  override query(...args: unknown[]): never {
    const [text, ...rest] = args;
    const name = preparedName(text);
    if (name === undefined) return super.query(...args);
    const answer: unknown = super.query({ name, text }, ...rest);
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => notePreparedFailure(error, name));
    }
    return answer as never;
  }

  protected override isBroken(error: unknown): boolean {
    return super.isBroken(error) || POOL_ENDS_ON.includes((error as { code?: string }).code);
  }
}

/** Every field pg would otherwise take from PG* variables or from the machine's user, stated. */
export function clientOptions(target: DatabaseTarget, applicationName: string): pg.ClientConfig {
  return {
    host: target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    password: target.password,
    ssl: tlsOptions(target),
    sslnegotiation: 'postgres',
    application_name: target.applicationName ?? applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

function tlsOptions(target: DatabaseTarget): ConnectionOptions | false {
  if (target.kind !== 'tcp' || target.sslmode === 'disable') return false;
  const ca =
    target.sslrootcert === undefined ? {} : { ca: readFileSync(target.sslrootcert, 'utf8') };
  if (target.sslmode === 'require') return { ...ca, rejectUnauthorized: false };
  if (target.sslmode === 'verify-ca') return { ...ca, checkServerIdentity: () => undefined };
  return { ...ca, rejectUnauthorized: true };
}
