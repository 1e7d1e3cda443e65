import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type pg from 'pg';
import { MigrationRefused } from '../refused.js';
import { closeSession, openSession } from './session.js';

/** The key of the engine's lock: the first eight bytes of a hash, so that it meets nobody else's. */
export const LOCK_KEY: bigint = createHash('sha256')
  .update('fusion-prime.migrator')
  .digest()
  .readBigInt64BE();

const HIGH = BigInt.asUintN(32, LOCK_KEY >> 32n);
const LOW = BigInt.asUintN(32, LOCK_KEY);

/** The row of pg_locks that is this lock, in this database. */
export const LOCK_ROW = `l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.classid = ${HIGH} AND l.objid = ${LOW}
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

export const HOLDS_LOCK = `EXISTS (SELECT FROM pg_locks l WHERE ${LOCK_ROW} AND l.pid = pg_backend_pid())`;

/** Who holds the lock; the age is null when this role may not see it. */
export interface LockHolder {
  pid: number;
  application: string;
  user: string;
  ageMs: number | null;
}

const LOCK_HOLDER_SQL = `
  SELECT l.pid, coalesce(a.application_name, '') AS application, coalesce(a.usename, '') AS "user",
         (extract(epoch FROM clock_timestamp() - a.backend_start) * 1000)::float8 AS "ageMs"
  FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid) WHERE ${LOCK_ROW}`;

export function describeHolder(holder: LockHolder): string {
  const age = holder.ageMs === null ? '' : `, ${Math.round(holder.ageMs / 1000)} s old`;
  return `pid ${holder.pid} (${holder.application || 'no application name'}, ${holder.user}${age})`;
}

export interface LockWait {
  database: string;
  target: DatabaseTarget;
  waitMs: number;
  signal?: AbortSignal | undefined;
  onHolder?: (holder: LockHolder) => void;
}

const POLL_MS = 100;
// Half of the waiting clients would otherwise ask in the same millisecond, again and again.
const POLL_JITTER_MS = 100;

/** A lock that was granted, to a backend that has not been proved to be ours. */
export interface GrabbedLock {
  waitedMs: number;
  /** The backend that got it. */
  pid: number;
}

/**
 * Takes the session lock by polling: the blocking form would deadlock with CREATE INDEX CONCURRENTLY,
 * which waits for every snapshot, the waiter's too. The caller proves with the next round trip that the
 * backend which answers is the one that holds it.
 *
 * @throws {MigrationRefused} LOCK_BUSY naming the holder, INTERRUPTED
 */
export async function grabLock(client: pg.Client, wait: LockWait): Promise<GrabbedLock> {
  let pid = 0;
  const waitedMs = await poll(client, wait, async () => {
    const { rows } = await client.query<{ taken: boolean; pid: number }>(
      `SELECT pg_try_advisory_lock(${LOCK_KEY}) AS taken, pg_backend_pid() AS pid`,
    );
    pid = rows[0]?.pid ?? 0;
    return rows[0]?.taken === true;
  });
  return { waitedMs, pid };
}

/**
 * Takes the lock and proves it.
 *
 * @returns milliseconds waited
 * @throws {MigrationRefused} LOCK_BUSY naming the holder, BEHIND_POOLER, INTERRUPTED
 */
export async function takeLock(client: pg.Client, wait: LockWait): Promise<number> {
  const { waitedMs, pid } = await grabLock(client, wait);
  if (await holdsLock(client, pid)) return waitedMs;
  return refusePooler(wait.database);
}

/** Waits until nobody holds the lock, and does not take it. @throws {MigrationRefused} LOCK_BUSY */
export async function awaitLockFree(client: pg.Client, wait: LockWait): Promise<void> {
  await poll(client, wait, async () => (await findHolder(client)) === null);
}

/** Asks again and again, within the bound, telling once about each holder; milliseconds waited. */
async function poll(
  client: pg.Client,
  wait: LockWait,
  free: () => Promise<boolean>,
): Promise<number> {
  const start = performance.now();
  let announced = 0;
  for (;;) {
    if (await free()) return Math.round(performance.now() - start);
    const holder = await findHolder(client);
    if (holder !== null && holder.pid !== announced) {
      announced = holder.pid;
      wait.onHolder?.(holder);
    }
    if (performance.now() - start >= wait.waitMs) refuseBusy(holder, wait);
    await pause(wait.signal);
  }
}

/** Who holds the lock, if anybody does. */
export async function findHolder(client: pg.Client): Promise<LockHolder | null> {
  const { rows } = await client.query<LockHolder>(LOCK_HOLDER_SQL);
  return rows[0] ?? null;
}

function refuseBusy(holder: LockHolder | null, { database, waitMs }: LockWait): never {
  const who = holder === null ? 'somebody' : describeHolder(holder);
  throw new MigrationRefused(
    'LOCK_BUSY',
    `${database}: ${who} is migrating this database; waited ${waitMs} ms. ` +
      `A run never ends another: wait for it, or look at it and end it:  npx fp migrate unlock ${database}`,
  );
}

export async function pause(signal: AbortSignal | undefined): Promise<void> {
  const delay = POLL_MS + Math.random() * POLL_JITTER_MS;
  await sleep(delay, undefined, { signal }).catch(() => {
    throw new MigrationRefused('INTERRUPTED', 'interrupted while waiting for the lock');
  });
}

async function holdsLock(client: pg.Client, lockPid: number): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    `SELECT pg_backend_pid() = ${lockPid} AND ${HOLDS_LOCK} AS held`,
  );
  return rows[0]?.held === true;
}

// A pool of one has no backend left for us while the other connection holds it: no answer is an answer.
const POOLER_PROOF_MS = 2_000;

/**
 * Refuses a transaction pooler before a lock is taken, which would stay behind on one of its backends.
 *
 * The round trip after the lock is passed by a quiet pooler out of luck. But a pooler hands out cancel
 * keys of its own: when the pid announced at login is not the one that answers, a second connection
 * occupies a backend with an open transaction, and then the same backend must answer us again.
 *
 * @param answered the pid of the backend that answered before, where that is known
 * @throws {MigrationRefused} BEHIND_POOLER
 */
export async function demandOwnBackend(
  client: pg.Client,
  { target, database, answered }: Pick<LockWait, 'target' | 'database'> & { answered?: number },
): Promise<void> {
  const first = answered ?? (await backendPid(client));
  const announced = (client as pg.Client & { processID?: number | null }).processID;
  if (announced === first) return;
  const occupier = await openSession(target, database);
  try {
    await occupier.query('BEGIN');
    await occupier.query('SELECT 1');
    const late = sleep(POOLER_PROOF_MS, -1, { ref: false });
    const answer = backendPid(client);
    answer.catch(() => undefined);
    if ((await Promise.race([answer, late])) !== first) refusePooler(database);
  } finally {
    await closeSession(occupier);
  }
}

async function backendPid(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

export function refusePooler(database: string): never {
  throw new MigrationRefused(
    'BEHIND_POOLER',
    `${database}: statements of one session meet different backends. You are behind a ` +
      'transaction pooler: point the migrate URL at PostgreSQL itself, or at a session pool',
  );
}
