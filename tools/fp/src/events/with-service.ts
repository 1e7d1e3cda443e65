import { checkConnection, connectClient, DatabaseFault } from '@fusion-prime/database/connection';
import type { FleetDatabase } from '@fusion-prime/migrator';
import type { Client } from 'pg';

export interface ServiceProblem {
  code: string;
  exitCode: number;
  message: string;
}

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const EXIT_USAGE = 2;
const EXIT_UNREACHABLE = 9;
const EXIT_WRONG_TARGET = 12;
const UNREACHED = new Set(['DB_UNREACHABLE', 'DB_AUTH', 'DB_TLS']);

// Whoever means one of these need not say so.
const HARMLESS = new Set(['development', 'test']);

export interface Visit<T> {
  /** `--env`, or FP_ENV: what the database must say of itself. */
  environment: string | undefined;
  /** A database of people's data is changed only by who names its environment. */
  changes?: boolean;
  work: (client: Client) => Promise<T>;
}

/**
 * Does something in the database of a service, as the role that the service itself has: `fp events` may do
 * what a service may. Whose database it is, is checked as at a service's start.
 */
export async function withService<T>(
  { name, url, urlVariable }: FleetDatabase,
  { environment, changes = false, work }: Visit<T>,
): Promise<{ result: T | null; problem: ServiceProblem | null }> {
  if (url === undefined) {
    return refused('FLEET_URL_MISSING', EXIT_USAGE, `${name}: ${urlVariable} is not set`);
  }
  try {
    const client = await connectClient(url, {
      applicationName: 'fp',
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
    try {
      const expected = { service: name, environment, production: false };
      const { identity } = await checkConnection(client, expected);
      const itself = identity?.environment ?? 'unknown';
      if (changes && environment === undefined && !HARMLESS.has(itself)) {
        const message = `${name}: its environment is ${itself}: add --env ${itself}`;
        return refused('NOT_CONFIRMED', EXIT_WRONG_TARGET, message);
      }
      return { result: await work(client), problem: null };
    } finally {
      await client.end();
    }
  } catch (error) {
    if (!(error instanceof DatabaseFault)) throw error;
    const exitCode = UNREACHED.has(error.reason) ? EXIT_UNREACHABLE : EXIT_WRONG_TARGET;
    return refused(error.reason, exitCode, `${name}: ${error.message}`);
  }
}

function refused(
  code: string,
  exitCode: number,
  message: string,
): { result: null; problem: ServiceProblem } {
  return { result: null, problem: { code, exitCode, message } };
}
