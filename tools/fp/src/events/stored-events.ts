import type { Client } from 'pg';

/** Where an event waits: to be handed over, or to make sense here. */
export type Box = 'outbox' | 'inbox';
export const EVENT_STATUSES = ['pending', 'parked', 'retry'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** An event that is not done. Never its data. */
export interface StoredEvent {
  box: Box;
  eventId: string;
  type: string;
  /** Of the outbox: who is to get it. Of the inbox: who sent it. */
  peer: string;
  aggregateId: string | null;
  status: EventStatus;
  attempts: number | null;
  since: string;
  lastError: string | null;
}

export interface OpenEvents {
  /** All that there are, listed or not. */
  counts: { box: Box; status: EventStatus; count: number }[];
  events: StoredEvent[];
}

/** Which of the two tables a database has: not every service sends events, or is sent some. */
export async function boxesOf(client: Client): Promise<Box[]> {
  const { rows } = await client.query<{ outbox: boolean; inbox: boolean }>(
    `SELECT to_regclass('outbox') IS NOT NULL AS outbox,
            to_regclass('processed_events') IS NOT NULL AS inbox`,
  );
  return (['outbox', 'inbox'] as const).filter((box) => rows[0]?.[box] === true);
}

const LISTED = {
  outbox: `
    SELECT 'outbox' AS box, event_id::text AS "eventId", event_type AS type, subscriber AS peer,
           aggregate_id AS "aggregateId", status, attempts, occurred_at AS since,
           last_error AS "lastError"
      FROM outbox WHERE status = ANY($1) ORDER BY id LIMIT $2`,
  inbox: `
    SELECT 'inbox' AS box, event_id AS "eventId", coalesce(event->>'type', '') AS type,
           source AS peer, event->>'subject' AS "aggregateId", status, NULL AS attempts,
           processed_at AS since, last_error AS "lastError"
      FROM processed_events WHERE status = ANY($1) ORDER BY processed_at, event_id LIMIT $2`,
};
const TABLES = { outbox: 'outbox', inbox: 'processed_events' };

/** The oldest of each box first. */
export async function openEvents(
  client: Client,
  { statuses, limit }: { statuses: readonly EventStatus[]; limit: number },
): Promise<OpenEvents> {
  const found: OpenEvents = { counts: [], events: [] };
  for (const box of await boxesOf(client)) {
    const counts = await client.query<{ status: EventStatus; count: number }>(
      `SELECT status, count(*)::int AS count FROM ${TABLES[box]} WHERE status = ANY($1)
        GROUP BY status ORDER BY status`,
      [statuses],
    );
    found.counts.push(...counts.rows.map((row) => ({ box, ...row })));
    const listed = await client.query<Omit<StoredEvent, 'since'> & { since: Date }>(LISTED[box], [
      statuses,
      limit,
    ]);
    found.events.push(...listed.rows.map((row) => ({ ...row, since: row.since.toISOString() })));
  }
  return found;
}

const CHANGES = {
  retry: {
    outbox: `UPDATE outbox SET status = 'pending', attempts = 0, next_attempt_at = now(), locked_until = NULL
              WHERE status = 'parked'`,
    inbox: `UPDATE processed_events SET status = 'retry' WHERE status = 'parked'`,
  },
  discard: {
    outbox: `UPDATE outbox SET status = 'discarded', locked_until = NULL WHERE status = 'parked'`,
    inbox: `UPDATE processed_events SET status = 'discarded' WHERE status IN ('parked', 'retry')`,
  },
};
export type Change = keyof typeof CHANGES;

export interface ChangedEvent {
  box: Box;
  eventId: string;
  peer: string;
}

/**
 * Changes parked events, all or those with these ids, in one transaction. What is pending is under way and
 * is left alone.
 */
export async function changeParked(
  client: Client,
  change: Change,
  eventIds: readonly string[] | 'all',
): Promise<ChangedEvent[]> {
  const chosen = eventIds === 'all' ? '' : 'AND event_id::text = ANY($1)';
  const values = eventIds === 'all' ? [] : [eventIds];
  const changed: ChangedEvent[] = [];
  await client.query('BEGIN');
  for (const box of await boxesOf(client)) {
    const peer = box === 'outbox' ? 'subscriber' : 'source';
    const { rows } = await client.query<{ eventId: string; peer: string }>(
      `${CHANGES[change][box]} ${chosen} RETURNING event_id::text AS "eventId", ${peer} AS peer`,
      values,
    );
    changed.push(...rows.map((row) => ({ box, ...row })));
  }
  await client.query('COMMIT');
  return changed;
}
