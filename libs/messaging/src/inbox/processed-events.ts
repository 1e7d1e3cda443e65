import type { Tx } from '@fusion-prime/database';
import type { StorableEvent } from '../cloud-event.js';

/** What is remembered of an event that came. */
export interface Arrival {
  raw: StorableEvent;
  /** Why it is parked; undefined when it takes effect. */
  defect?: string;
}

export function keyOf({ source, id }: Pick<StorableEvent, 'source' | 'id'>): string {
  return JSON.stringify([source, id]);
}

const INSERT = `
  INSERT INTO processed_events (consumer, source, event_id, status, event, last_error)
  SELECT $1, v.source, v.event_id, v.status, v.event, v.last_error
    FROM unnest($2::varchar[], $3::varchar[], $4::varchar[], $5::json[], $6::varchar[])
         AS v(source, event_id, status, event, last_error)
  ON CONFLICT DO NOTHING
  RETURNING source, event_id AS id`;

/**
 * Remembers events that are not remembered yet. An event that another transaction is about to remember is
 * waited for. Keys are written in one order, so that two batches with the same events do not deadlock.
 *
 * @returns the keys of those that are new
 */
export async function remember(
  tx: Tx,
  consumer: string,
  arrivals: readonly Arrival[],
): Promise<Set<string>> {
  const sorted = arrivals
    .map((arrival) => ({ arrival, key: keyOf(arrival.raw) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const column = <T>(of: (arrival: Arrival) => T): T[] => sorted.map(({ arrival }) => of(arrival));
  const rows: { source: string; id: string }[] = await tx.query(INSERT, [
    consumer,
    column(({ raw }) => raw.source),
    column(({ raw }) => raw.id),
    column(({ defect }) => (defect === undefined ? 'done' : 'parked')),
    column(({ raw, defect }) => (defect === undefined ? null : JSON.stringify(raw))),
    column(({ defect }) => defect ?? null),
  ]);
  return new Set(rows.map(keyOf));
}

/** The keys of those that wait for a person, among events that are remembered. */
export async function openAmong(
  tx: Tx,
  consumer: string,
  events: readonly StorableEvent[],
): Promise<Set<string>> {
  if (events.length === 0) return new Set();
  const rows: { source: string; id: string }[] = await tx.query(
    `SELECT p.source, p.event_id AS id
       FROM unnest($2::varchar[], $3::varchar[]) AS v(source, event_id)
       JOIN processed_events p ON p.consumer = $1 AND p.source = v.source AND p.event_id = v.event_id
      WHERE p.status IN ('parked', 'retry')`,
    [consumer, events.map(({ source }) => source), events.map(({ id }) => id)],
  );
  return new Set(rows.map(keyOf));
}

/** Locks the first event that somebody wants tried again; what others have locked is passed over. */
export async function lockRetry(tx: Tx, consumer: string): Promise<StorableEvent | undefined> {
  const rows: { event: StorableEvent }[] = await tx.query(
    `SELECT event FROM processed_events WHERE consumer = $1 AND status = 'retry'
      ORDER BY processed_at, event_id LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [consumer],
  );
  return rows[0]?.event;
}

/** The end of a retry: it took effect, or it is parked again. */
export async function endRetry(tx: Tx, consumer: string, { raw, defect }: Arrival): Promise<void> {
  await tx.query(
    `UPDATE processed_events
        SET status = CASE WHEN $4::varchar IS NULL THEN 'done' ELSE 'parked' END,
            event = CASE WHEN $4::varchar IS NULL THEN NULL ELSE event END,
            last_error = $4, processed_at = now()
      WHERE consumer = $1 AND source = $2 AND event_id = $3 AND status = 'retry'`,
    [consumer, raw.source, raw.id, defect ?? null],
  );
}
