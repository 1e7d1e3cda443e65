/**
 * What a failed statement means to whoever asked; libs/service maps each class to a status once.
 *
 *   duplicate 409 · invalid 422 · contention, busy, overloaded, storage-full, read-only, unavailable,
 *   misconfigured 503
 */
export type DatabaseErrorClass =
  | 'duplicate' // 23505, 23P01: somebody was first
  | 'invalid' // 23502, 23503, 23514, 22xxx: the values break a rule
  | 'contention' // 40001, 40P01 that outlived their retries
  | 'busy' // 55P03, 57014: a lock or a statement took too long
  | 'overloaded' // 53300, or no pooled connection in time
  | 'storage-full' // 53100
  | 'read-only' // 25006
  | 'unavailable' // no connection, or it was lost
  | 'misconfigured'; // 28xxx, 3D000, 3F000, 42501, 42P01, 42703: login, grants or schema

/** The database was not reached yet since the process started. */
export class DatabaseNotConnected extends Error {
  override readonly name = 'DatabaseNotConnected';
  constructor() {
    super('the database has not answered since this process started');
  }
}

/** The connection of a transaction was lost between two of its statements. */
export class DatabaseConnectionLost extends Error {
  override readonly name = 'DatabaseConnectionLost';
  constructor(cause: unknown) {
    super('the connection to the database was lost', { cause });
  }
}

const EXACT: Record<string, DatabaseErrorClass> = {
  '23505': 'duplicate',
  '23P01': 'duplicate',
  '23502': 'invalid',
  '23503': 'invalid',
  '23514': 'invalid',
  '40001': 'contention',
  '40P01': 'contention',
  '55P03': 'busy',
  '57014': 'busy',
  '53300': 'overloaded',
  '53100': 'storage-full',
  '25006': 'read-only',
  '42501': 'misconfigured',
  '42P01': 'misconfigured',
  '42703': 'misconfigured',
  '3D000': 'misconfigured',
  '3F000': 'misconfigured',
  '25P03': 'unavailable',
};
const BY_PREFIX: readonly [RegExp, DatabaseErrorClass][] = [
  [/^22[0-9A-Z]{3}$/, 'invalid'],
  [/^28[0-9A-Z]{3}$/, 'misconfigured'],
  [/^08[0-9A-Z]{3}$/, 'unavailable'],
  [/^57P0[1-5]$/, 'unavailable'],
  [/^53[0-9A-Z]{3}$/, 'overloaded'],
  // Node's own: the socket, the name service, TLS.
  [/^(E(CONN|PIPE|TIMEDOUT|HOST|NET|AI_)|ENOTFOUND$)/, 'unavailable'],
];
// pg, pg-pool and TypeORM carry no code for these; the words are pinned by tests against the real driver.
const BY_MESSAGE: readonly [RegExp, DatabaseErrorClass][] = [
  [/^timeout exceeded when trying to connect$/, 'overloaded'],
  [/^Query read timeout$/, 'busy'],
  [/^Connection terminated/, 'unavailable'],
  [/^timeout expired$/, 'unavailable'],
  [/^Client has encountered a connection error/, 'unavailable'],
  [/^(Client was closed and is not queryable|Cannot use a pool after calling end)/, 'unavailable'],
  [/^Driver not Connected$/, 'unavailable'],
];

interface DriverError {
  code?: unknown;
  syscall?: unknown;
  message?: unknown;
  /** TypeORM's QueryFailedError keeps what pg threw here. */
  driverError?: unknown;
}

/**
 * Recognises PostgreSQL's, node-postgres' and TypeORM's errors.
 *
 * @returns null for anything else: a bug, or a refusal of the domain.
 */
export function classifyDatabaseError(error: unknown): DatabaseErrorClass | null {
  if (typeof error !== 'object' || error === null) return null;
  if (error instanceof DatabaseNotConnected) return 'unavailable';
  if (error instanceof DatabaseConnectionLost) return 'unavailable';
  const { code, message, driverError, syscall } = error as DriverError;
  if (driverError !== undefined) return classifyDatabaseError(driverError);
  // A socket that is not there; any other ENOENT is somebody's missing file.
  if (code === 'ENOENT') return syscall === 'connect' ? 'unavailable' : null;
  if (typeof code === 'string') {
    return EXACT[code] ?? BY_PREFIX.find(([pattern]) => pattern.test(code))?.[1] ?? null;
  }
  if (typeof message !== 'string') return null;
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}

/** The SQLSTATE of an error, through TypeORM's wrapping; undefined when the server did not say one. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code, driverError } = (error ?? {}) as DriverError;
  if (driverError !== undefined) return sqlStateOf(driverError);
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
