import type pg from 'pg';
import type { FleetDatabase } from '../fleet/fleet.js';
import { demandIdentity, demandWritable, inspect } from '../fleet/inspect.js';
import { shownTarget, targetOf } from '../fleet/preflight.js';
import { MigrationRefused } from '../refused.js';
import { describeHolder, LOCK_ROW, type LockHolder } from '../run/advisory-lock.js';
import { closeSession, openSession } from '../run/session.js';

/** Who holds the lock, and what it is doing. */
export interface LockOwner extends LockHolder {
  /** PostgreSQL's `active`, `idle`, `idle in transaction`, …; null when this role may not see it. */
  state: string | null;
  /** Its current or last statement, on one line. */
  query: string;
  /** Tells this backend from a later one with the same pid; null when this role may not see it. */
  startedAt: string | null;
}

export interface UnlockOptions {
  environment?: string | undefined;
  /** Gets the holder; ends it by returning, lets it live by throwing. */
  confirm: (holder: LockOwner) => Promise<void>;
}

export interface UnlockReport {
  command: 'unlock';
  exitCode: 0;
  name: string;
  target: string;
  /** `free`: nobody held the lock. `gone`: the holder let go of it by itself meanwhile. */
  outcome: 'free' | 'ended' | 'gone';
  holder: LockOwner | null;
}

// A statement notices its end at the next look; longer than this, something in the system hangs.
const END_MS = 5_000;
const LONGEST_QUERY = 200;
const NO_RIGHTS = '42501';

const STARTED_AT = `to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const OWNER_SQL = `
  SELECT l.pid, coalesce(a.application_name, '') AS application, coalesce(a.usename, '') AS "user",
         (extract(epoch FROM clock_timestamp() - a.backend_start) * 1000)::float8 AS "ageMs",
         a.state, coalesce(a.query, '') AS query, ${STARTED_AT} AS "startedAt"
  FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid) WHERE ${LOCK_ROW}`;
// The look and the end are one statement: whoever has let go of the lock by now is left alone.
const END_SQL = `
  SELECT pg_terminate_backend(l.pid, ${END_MS}) AS ended
  FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
  WHERE ${LOCK_ROW} AND l.pid = $1 AND ${STARTED_AT} IS NOT DISTINCT FROM $2`;

/**
 * Ends the one backend that holds the engine's lock in this database, after `confirm`. PostgreSQL rolls
 * back what it had open; what it ran outside a transaction is for the next run to look at.
 *
 * @throws {MigrationRefused} RIGHTS_MISSING, LOCK_BUSY when it does not end in time; whatever keeps `up`
 *   from changing this database; and what `confirm` throws
 * @example await unlockDatabase(books, { confirm: async ({ pid }) => console.error(pid) });
 */
export async function unlockDatabase(
  database: FleetDatabase,
  { environment, confirm }: UnlockOptions,
): Promise<UnlockReport> {
  const { name } = database;
  const target = targetOf(database);
  const client = await openSession(target, name);
  const answer = (outcome: UnlockReport['outcome'], holder: LockOwner | null): UnlockReport => {
    return {
      command: 'unlock',
      exitCode: 0,
      name,
      target: shownTarget(database),
      outcome,
      holder,
    };
  };
  try {
    const state = await inspect(client, name);
    demandIdentity(state, { name, environment });
    const holder = await ownerOf(client);
    if (holder === null) return answer('free', null);
    demandWritable(state, { target, name, environment });
    await confirm(holder);
    return answer(await end(client, holder, name), holder);
  } finally {
    await closeSession(client);
  }
}

async function ownerOf(client: pg.Client): Promise<LockOwner | null> {
  const [owner] = (await client.query<LockOwner>(OWNER_SQL)).rows;
  if (owner === undefined) return null;
  // Control characters of somebody's statement must not move the cursor of whoever looks at it.
  const query = owner.query.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return { ...owner, query: query.slice(0, LONGEST_QUERY) };
}

async function end(
  client: pg.Client,
  holder: LockOwner,
  database: string,
): Promise<'ended' | 'gone'> {
  const who = describeHolder(holder);
  const ask = client.query<{ ended: boolean }>(END_SQL, [holder.pid, holder.startedAt]);
  const { rows } = await ask.catch((error: unknown) => {
    if ((error as { code?: string }).code !== NO_RIGHTS) throw error;
    throw new MigrationRefused(
      'RIGHTS_MISSING',
      `${database}: this role may not end ${who}. Log in as that role, as a member of it or of ` +
        `pg_signal_backend, or as a superuser when it is one, and run  SELECT pg_terminate_backend(${holder.pid})`,
      { cause: error },
    );
  });
  if (rows.length === 0) return 'gone';
  if (rows[0]?.ended === true) return 'ended';
  throw new MigrationRefused(
    'LOCK_BUSY',
    `${database}: ${who} was told to end, and has not after ${END_MS} ms: look at the server itself`,
  );
}
