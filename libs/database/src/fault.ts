/** Why a database cannot serve. Stable: probes, alerts and runbooks switch on these words. */
export type ReasonCode =
  | 'DB_UNREACHABLE'
  | 'DB_AUTH'
  | 'DB_TLS'
  | 'DB_IDENTITY_MISMATCH'
  | 'DB_READ_ONLY'
  | 'DB_ENGINE_NOT_POSTGRES'
  | 'DB_VERSION_UNSUPPORTED'
  | 'DB_ENCODING'
  | 'DB_NOT_DURABLE'
  | 'DB_ROLE_TOO_STRONG'
  | 'MIGRATIONS_NEVER_APPLIED'
  | 'MIGRATIONS_PENDING'
  | 'MIGRATION_CHECKSUM'
  | 'TABLE_MISSING'
  | 'COLUMN_MISSING'
  | 'CONSTRAINT_MISSING'
  | 'INDEX_MISSING'
  | 'INDEX_INVALID'
  | 'GRANT_MISSING'
  | 'POOL_SATURATED'
  | 'STORAGE_FULL';

/** sysexits(3): 78 configuration, 77 rights, 69 unavailable. */
export type FaultExitCode = 78 | 77 | 69;

const EXIT_CODES: Partial<Record<ReasonCode, FaultExitCode>> = {
  DB_UNREACHABLE: 69,
  DB_READ_ONLY: 69,
  STORAGE_FULL: 69,
  DB_AUTH: 77,
  DB_ROLE_TOO_STRONG: 77,
  DB_TLS: 78,
  DB_IDENTITY_MISMATCH: 78,
  DB_ENGINE_NOT_POSTGRES: 78,
  DB_VERSION_UNSUPPORTED: 78,
  DB_ENCODING: 78,
  DB_NOT_DURABLE: 78,
};

/**
 * The database cannot be used, and why. `message` holds no secret.
 *
 * A permanent fault stays until somebody changes a configuration or a grant, so a starting process ends
 * at once; any other may pass (a server that starts, a failover), so it is waited for.
 */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly exitCode: FaultExitCode | undefined;
  readonly permanent: boolean;

  constructor(
    readonly reason: ReasonCode,
    detail: string,
    options?: { cause?: unknown },
  ) {
    super(detail, options);
    this.exitCode = EXIT_CODES[reason];
    this.permanent = this.exitCode === 77 || this.exitCode === 78;
  }
}

interface DriverError {
  code?: unknown;
  message?: unknown;
}

// SQLSTATE of a refused login: wrong password, no such role or pg_hba line, no such database, no CONNECT right.
const LOGIN_REFUSALS: Record<string, string> = {
  '28P01': 'the server refused the password',
  '28000': 'the server refuses this role from here (pg_hba.conf, or no such role)',
  '3D000': 'the server has no such database',
  '42501': 'the role may not connect to this database',
};
const TLS_CODES = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;
const TLS_MESSAGES = /does not support SSL|SSL connection/i;

/**
 * Translates what node-postgres threw while connecting, or from a probe, into a {@link DatabaseFault}.
 * What is not recognised is DB_UNREACHABLE: it may pass, so it is retried rather than fatal.
 */
export function faultOf(error: unknown): DatabaseFault {
  if (error instanceof DatabaseFault) return error;
  const { code, message } = (error ?? {}) as DriverError;
  const state = typeof code === 'string' ? code : '';
  const text = typeof message === 'string' ? message : '';
  const refusal = LOGIN_REFUSALS[state];
  if (refusal !== undefined) return new DatabaseFault('DB_AUTH', refusal, { cause: error });
  if (state === '53100') {
    return new DatabaseFault('STORAGE_FULL', 'the server has no space left', { cause: error });
  }
  if (TLS_CODES.test(state) || TLS_MESSAGES.test(text)) {
    return new DatabaseFault('DB_TLS', `no trusted TLS connection (${state || 'no TLS offered'})`, {
      cause: error,
    });
  }
  const why = state === '' ? text.slice(0, 120) || 'no reason given' : state;
  return new DatabaseFault('DB_UNREACHABLE', `the server does not answer (${why})`, {
    cause: error,
  });
}
