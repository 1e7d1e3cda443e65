import type { Environment } from '@fusion-prime/kernel';
import type { Audience, DatabaseTarget } from '../target.js';
import { nearestName } from './nearest-name.js';
import { readDatabaseUrl } from './read-database-url.js';

export interface DatabaseConfig {
  readonly target: DatabaseTarget;
  /** The pool's max is `poolSize + maxOverflow`. */
  readonly poolSize: number;
  readonly maxOverflow: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly shutdownGraceMs: number;
}

const KNOWN = [
  'DB_POOL_SIZE',
  'DB_MAX_OVERFLOW',
  'DB_CONNECT_TIMEOUT_MS',
  'DB_STATEMENT_TIMEOUT_MS',
  'DB_IDLE_TIMEOUT_MS',
  'DB_ALLOW_LOOPBACK',
] as const;

// What libpq and node-postgres read behind everybody's back. PGDATA and the like are a server's, not ours.
const AMBIENT = [
  'PGHOST',
  'PGHOSTADDR',
  'PGPORT',
  'PGDATABASE',
  'PGUSER',
  'PGPASSWORD',
  'PGPASSFILE',
  'PGSERVICE',
  'PGSERVICEFILE',
  'PGOPTIONS',
  'PGAPPNAME',
  'PGSSLMODE',
  'PGSSLNEGOTIATION',
  'PGSSLROOTCERT',
  'PGSSLCERT',
  'PGSSLKEY',
  'PGCONNECT_TIMEOUT',
  'PGCLIENTENCODING',
  'PGCLIENT_ENCODING',
  'PGREPLICATION',
  'PGBINARY',
  'PGTARGETSESSIONATTRS',
] as const;

/**
 * Reads everything a service says about its database, and the time limits that must fit around it.
 * Problems are collected in `env`; call `env.finish()` before the result is used.
 *
 * @returns undefined when the URL itself is unusable (its problems are in `env`).
 */
export function readDatabaseConfig(
  env: Environment,
  audience: Audience,
): DatabaseConfig | undefined {
  refuseUnknownNames(env);
  warnAboutAmbientNames(env);
  const allowLoopback = env.boolean('DB_ALLOW_LOOPBACK', false);
  const target = readDatabaseUrl(env, { audience, allowLoopback });
  const limits = {
    poolSize: env.integer('DB_POOL_SIZE', { default: 20, min: 1, max: 50 }),
    maxOverflow: env.integer('DB_MAX_OVERFLOW', { default: 10, min: 0, max: 50 }),
    idleTimeoutMs: env.integer('DB_IDLE_TIMEOUT_MS', {
      default: 30_000,
      min: 1_000,
      max: 3_600_000,
    }),
    ...readTimeouts(env),
  };
  return target === undefined ? undefined : Object.freeze({ target, ...limits });
}

type Timeouts = Pick<
  DatabaseConfig,
  'connectTimeoutMs' | 'statementTimeoutMs' | 'requestTimeoutMs' | 'shutdownGraceMs'
>;

/** connect < statement < request <= shutdown: the innermost gives up first, and can say what was slow. */
function readTimeouts(env: Environment): Timeouts {
  const before = env.problems.length;
  const timeouts = {
    connectTimeoutMs: env.integer('DB_CONNECT_TIMEOUT_MS', {
      default: 2_000,
      min: 100,
      max: 60_000,
    }),
    statementTimeoutMs: env.integer('DB_STATEMENT_TIMEOUT_MS', {
      default: 5_000,
      min: 100,
      max: 600_000,
    }),
    requestTimeoutMs: env.integer('REQUEST_TIMEOUT_MS', { default: 8_000, min: 100, max: 600_000 }),
    shutdownGraceMs: env.integer('SHUTDOWN_GRACE_MS', { default: 10_000, min: 100, max: 600_000 }),
  };
  if (env.problems.length > before) return timeouts;
  const order = [
    ['DB_CONNECT_TIMEOUT_MS', timeouts.connectTimeoutMs],
    ['DB_STATEMENT_TIMEOUT_MS', timeouts.statementTimeoutMs],
    ['REQUEST_TIMEOUT_MS', timeouts.requestTimeoutMs],
    ['SHUTDOWN_GRACE_MS', timeouts.shutdownGraceMs],
  ] as const;
  for (const [index, [name, value]] of order.slice(1).entries()) {
    const [innerName, inner] = order[index] ?? order[0];
    if (inner < value) continue;
    const reason = `is ${value} ms, not above ${innerName} (${inner} ms)`;
    env.problem('DBCFG_TIMEOUT_ORDER', name, reason, order.map(([each]) => each).join(' < '));
  }
  return timeouts;
}

function refuseUnknownNames(env: Environment): void {
  for (const name of [...env.names].sort()) {
    if (!name.startsWith('DB_') || KNOWN.some((known) => known === name)) continue;
    const hint = `did you mean ${nearestName(name, KNOWN)}?`;
    env.problem('DBCFG_UNKNOWN_NAME', name, 'is not a known DB_ variable', hint);
  }
}

function warnAboutAmbientNames(env: Environment): void {
  for (const name of AMBIENT.filter((each) => env.names.includes(each))) {
    env.warn(
      'DBCFG_PG_VARIABLE_IGNORED',
      name,
      'is set; PG* variables have no effect here',
      'DATABASE_URL',
    );
  }
}
