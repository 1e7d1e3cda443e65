import type { ReasonCode } from '../fault.js';
import type { Snapshot } from './snapshot.js';

export const OLDEST_MAJOR = 15;
export const NEWEST_MAJOR = 18;

/** One reason why a database cannot serve, or serves less well. */
export interface HealthReason {
  code: ReasonCode;
  /** The exact table, index, grant or migration. */
  object?: string;
  detail: string;
}

/** Whose database it has to be, and how strict to be about its durability. */
export interface Expectation {
  service: string;
  /** FP_ENV, when it is set. */
  environment?: string | undefined;
  production: boolean;
}

// They speak PostgreSQL's protocol and begin version() alike, but have other locks, or no second backend.
const LOOKALIKES =
  /cockroach|yugabyte|-YB-|redshift|greenplum|materialize|cratedb|risingwave|emscripten|emcc|pglite|wasm/i;

/** Judges `version()` by its text alone. */
export function isPostgres(version: string): boolean {
  return version.startsWith('PostgreSQL ') && !LOOKALIKES.test(version);
}

/** Judges `version()`: only real PostgreSQL, and only the majors we test against. */
export function engineReason(version: string, versionNumber: number): HealthReason | null {
  if (!isPostgres(version)) {
    const detail = `the server says it is "${version.slice(0, 40)}"; only PostgreSQL is supported`;
    return { code: 'DB_ENGINE_NOT_POSTGRES', detail };
  }
  const major = Math.floor(versionNumber / 10_000);
  if (major >= OLDEST_MAJOR && major <= NEWEST_MAJOR) return null;
  return {
    code: 'DB_VERSION_UNSUPPORTED',
    detail: `PostgreSQL ${major} is not supported; ${OLDEST_MAJOR} to ${NEWEST_MAJOR} are`,
  };
}

/**
 * Judges whether the database has the right owner and name-plate. A database without an identity is not
 * a wrong one: nobody migrated it yet, which the migrations' own reason says.
 */
export function identityReason(snapshot: Snapshot, expected: Expectation): HealthReason | null {
  const row = snapshot.identity?.[0];
  if (row === undefined) return null;
  const code = 'DB_IDENTITY_MISMATCH';
  if (row.service !== expected.service) {
    const detail = `database ${snapshot.database} belongs to ${row.service}, not to ${expected.service}`;
    return { code, object: snapshot.database, detail };
  }
  if (expected.environment === undefined || row.environment === expected.environment) return null;
  const detail = `database ${snapshot.database} is of environment ${row.environment}; FP_ENV is ${expected.environment}`;
  return { code, object: snapshot.database, detail };
}

/** Every rule about the server, the database and the role, worst first. Pure. */
export function serverReasons(snapshot: Snapshot, expected: Expectation): HealthReason[] {
  const reasons = [
    engineReason(snapshot.version, snapshot.versionNumber),
    encodingReason(snapshot),
    identityReason(snapshot, expected),
    roleReason(snapshot),
    durabilityReason(snapshot, expected),
    writableReason(snapshot),
  ];
  return reasons.filter((reason) => reason !== null);
}

function encodingReason({ encoding }: Snapshot): HealthReason | null {
  if (encoding === 'UTF8') return null;
  return { code: 'DB_ENCODING', detail: `the database's encoding is ${encoding}; it must be UTF8` };
}

function roleReason({ role, powers }: Snapshot): HealthReason | null {
  if (powers.length === 0) return null;
  const detail = `role ${role} ${powers.join(', ')}; a service's role may read and write rows and nothing else`;
  return { code: 'DB_ROLE_TOO_STRONG', object: role, detail };
}

function durabilityReason(snapshot: Snapshot, { production }: Expectation): HealthReason | null {
  const off = [
    ...(snapshot.fsync === 'off' ? ['fsync'] : []),
    ...(snapshot.synchronousCommit === 'off' ? ['synchronous_commit'] : []),
  ];
  if (!production || off.length === 0) return null;
  const detail = `${off.join(' and ')} off: an acknowledged write could be lost`;
  return { code: 'DB_NOT_DURABLE', detail };
}

function writableReason({ inRecovery, readOnly, database }: Snapshot): HealthReason | null {
  if (!inRecovery && !readOnly) return null;
  const detail = inRecovery
    ? 'the server is a standby (in recovery)'
    : 'new transactions are read-only';
  return { code: 'DB_READ_ONLY', object: database, detail };
}
