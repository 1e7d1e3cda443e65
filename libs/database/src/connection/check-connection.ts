import type pg from 'pg';
import { DatabaseFault } from '../fault.js';
import { type Expectation, engineReason, serverReasons } from '../health/server-rules.js';
import { takeSnapshot } from '../health/snapshot.js';

export interface ConnectionFacts {
  engine: 'PostgreSQL';
  /** As the server states it: `18.4`. */
  version: string;
  encoding: string;
  database: string;
  role: string;
  /** null: nobody ran `fp databases create` or `adopt` on it yet. */
  identity: { service: string; databaseUuid: string; environment: string } | null;
}

/**
 * Checks a fresh connection: engine 15–18, UTF8, this service's database, a weak role, writable, and in
 * production durable. Tables and migrations are readiness' business: they may arrive later.
 *
 * @throws {DatabaseFault} the worst of what is wrong.
 */
export async function checkConnection(
  client: pg.Client,
  expected: Expectation,
): Promise<ConnectionFacts> {
  // First alone, and in words that every lookalike understands.
  const { rows } = await client.query<{ version: string }>('SELECT version()');
  const version = rows[0]?.version ?? '';
  const foreign = engineReason(version, OLDEST_SUPPORTED_NUMBER);
  if (foreign !== null) throw new DatabaseFault(foreign.code, foreign.detail);

  const snapshot = await takeSnapshot(client, []);
  const [worst] = serverReasons(snapshot, expected);
  if (worst !== undefined) throw new DatabaseFault(worst.code, worst.detail);
  const identity = snapshot.identity?.[0];
  return {
    engine: 'PostgreSQL',
    version: version.split(' ')[1] ?? '',
    encoding: snapshot.encoding,
    database: snapshot.database,
    role: snapshot.role,
    identity:
      identity === undefined
        ? null
        : {
            service: identity.service,
            databaseUuid: identity.database_uuid,
            environment: identity.environment,
          },
  };
}

// The engine is asked before the number is known; the snapshot judges the real one.
const OLDEST_SUPPORTED_NUMBER = 150_000;
