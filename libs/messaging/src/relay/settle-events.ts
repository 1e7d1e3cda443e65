import type { Tx } from '@fusion-prime/database';
import { PENDING_BY_KEY } from './due-sql.js';

/** Rows that were handed over. Whoever did it, and whether the lease is still ours: they are done. */
export async function markSent(
  tx: Tx,
  subscriber: string,
  eventIds: readonly string[],
): Promise<void> {
  if (eventIds.length === 0) return;
  await tx.query(
    `UPDATE outbox o SET status = 'sent', sent_at = now(), locked_until = NULL, last_error = NULL
      WHERE ${PENDING_BY_KEY} AND o.event_id = ANY($2::uuid[])`,
    [subscriber, eventIds],
  );
}

/** What becomes of a row that was not handed over. */
export interface Setback {
  eventId: string;
  /** False: it was not tried, so it costs nothing and it is due at once. */
  tried: boolean;
  parked: boolean;
  delayMs: number;
  reason: string | null;
}

export interface SetBack {
  eventId: string;
  parked: boolean;
  attempts: number;
  eventType: string;
}

const SET_BACK = `
  WITH changed AS (
    UPDATE outbox o
       SET status = CASE WHEN v.parked THEN 'parked' ELSE 'pending' END,
           attempts = o.attempts + v.tried::int,
           next_attempt_at = now() + v.delay_ms * interval '1 millisecond',
           last_error = coalesce(v.reason, o.last_error),
           locked_until = NULL
      FROM unnest($2::uuid[], $3::boolean[], $4::boolean[], $5::int[], $6::varchar[])
           AS v(event_id, tried, parked, delay_ms, reason)
     WHERE ${PENDING_BY_KEY} AND o.event_id = v.event_id
       AND o.locked_until IS NOT DISTINCT FROM $7::timestamptz
    RETURNING o.event_id, o.status, o.attempts, o.event_type)
  SELECT * FROM changed`;

/**
 * Gives rows back, with or without an attempt on their account, or parks them.
 *
 * @param lockedUntil of the claim: rows that somebody else has leased since are left alone
 * @returns what was changed
 */
export async function setBack(
  tx: Tx,
  subscriber: string,
  { setbacks, lockedUntil }: { setbacks: readonly Setback[]; lockedUntil: string | null },
): Promise<SetBack[]> {
  if (setbacks.length === 0) return [];
  const column = <K extends keyof Setback>(key: K): Setback[K][] => setbacks.map((s) => s[key]);
  const rows: { event_id: string; status: string; attempts: number; event_type: string }[] =
    await tx.query(SET_BACK, [
      subscriber,
      column('eventId'),
      column('tried'),
      column('parked'),
      column('delayMs'),
      column('reason'),
      lockedUntil,
    ]);
  return rows.map((row) => ({
    eventId: row.event_id,
    parked: row.status === 'parked',
    attempts: row.attempts,
    eventType: row.event_type,
  }));
}
