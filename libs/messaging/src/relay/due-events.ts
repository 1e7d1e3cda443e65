import type { Tx } from '@fusion-prime/database';
import type { StoredEvent } from '../cloud-event.js';

/** A claimed row. */
export interface DueEvent extends StoredEvent {
  attempts: number;
}

export interface Claim {
  events: DueEvent[];
  /** Until when they are ours, and the proof that they still are. */
  lockedUntil: string;
}

const COLUMNS = `o.event_id, o.event_type, o.aggregate_id, o.aggregate_seq, o.attempts,
  o.payload::text AS payload, o.headers, o.occurred_at`;

interface Row {
  event_id: string;
  event_type: string;
  aggregate_id: string;
  aggregate_seq: number;
  attempts: number;
  payload: string;
  headers: Record<string, string>;
  occurred_at: Date;
  locked_until: string;
}

/**
 * The rows of `$1` that may be handed over now: due, not leased, and with nothing pending before them in
 * their aggregate. The immediate predecessor says it, with one index probe: as long as it is pending nobody
 * after it is claimed, so no two rows of an aggregate are ever under way together.
 *
 * Never "everything after the last id": transactions commit in another order than they took their ids.
 */
function dueSql(limit: string, more = ''): string {
  return `
    SELECT o.event_id FROM outbox o
     WHERE o.subscriber = $1 AND o.status = 'pending' AND o.next_attempt_at <= now()
       AND (o.locked_until IS NULL OR o.locked_until <= now()) ${more}
       AND (SELECT p.status FROM outbox p
             WHERE p.subscriber = o.subscriber AND p.aggregate_type = o.aggregate_type
               AND p.aggregate_id = o.aggregate_id AND p.aggregate_seq < o.aggregate_seq
             ORDER BY p.aggregate_seq DESC LIMIT 1) IS DISTINCT FROM 'pending'
     ORDER BY o.id LIMIT ${limit}
       FOR UPDATE OF o SKIP LOCKED`;
}

// A stream that several subscribers read from is in order only if all of its writers wait for each other.
const NOTHING_BEFORE_FOR_OTHERS = `AND NOT EXISTS (
         SELECT FROM unnest($4::varchar[]) AS other(name)
          WHERE (SELECT p.status FROM outbox p
                  WHERE p.subscriber = other.name AND p.aggregate_type = o.aggregate_type
                    AND p.aggregate_id = o.aggregate_id AND p.aggregate_seq < o.aggregate_seq
                  ORDER BY p.aggregate_seq DESC LIMIT 1) = 'pending')`;

const claimSql = (more: string): string => `
  WITH due AS MATERIALIZED (${dueSql('$2', more)}),
  claimed AS (
    UPDATE outbox o SET locked_until = now() + $3 * interval '1 millisecond'
      FROM due WHERE o.event_id = due.event_id AND o.subscriber = $1
    RETURNING o.id, ${COLUMNS}, o.locked_until::text AS locked_until)
  SELECT * FROM claimed ORDER BY id`;

const CLAIM = claimSql('');
const CLAIM_AMONG = claimSql(NOTHING_BEFORE_FOR_OTHERS);

/**
 * Leases up to `limit` rows to the caller for `leaseMs`.
 *
 * @param among every subscriber that shares a stream with this one, when there is one
 */
export async function claimDue(
  tx: Tx,
  subscriber: string,
  { limit, leaseMs, among = [] }: { limit: number; leaseMs: number; among?: readonly string[] },
): Promise<Claim> {
  const shared = among.length > 1;
  const values = [subscriber, limit, leaseMs, ...(shared ? [among] : [])];
  const rows: Row[] = await tx.query(shared ? CLAIM_AMONG : CLAIM, values);
  return { events: rows.map(toEvent), lockedUntil: rows[0]?.locked_until ?? '' };
}

const takeSql = (more: string): string => `
  WITH due AS MATERIALIZED (${dueSql('$2', more)}),
  taken AS (
    UPDATE outbox o SET status = 'sent', sent_at = now(), last_error = NULL
      FROM due WHERE o.event_id = due.event_id AND o.subscriber = $1
    RETURNING o.id, ${COLUMNS})
  SELECT * FROM taken ORDER BY id`;

const TAKE = takeSql('');
const TAKE_ONE = takeSql('AND o.event_id = $3');

/**
 * Marks due rows as handed over and returns them, for a subscriber who works in this very transaction: if it
 * fails, so did this.
 *
 * @param eventId this one alone, if it is still due
 */
export async function takeDue(
  tx: Tx,
  subscriber: string,
  { limit, eventId }: { limit: number; eventId?: string },
): Promise<DueEvent[]> {
  const one = eventId !== undefined;
  const values = [subscriber, limit, ...(one ? [eventId] : [])];
  const rows: Row[] = await tx.query(one ? TAKE_ONE : TAKE, values);
  return rows.map(toEvent);
}

function toEvent(row: Row): DueEvent {
  return {
    eventId: row.event_id,
    eventType: row.event_type,
    aggregateId: row.aggregate_id,
    aggregateSeq: row.aggregate_seq,
    attempts: row.attempts,
    payload: row.payload,
    headers: row.headers,
    occurredAt: row.occurred_at,
  };
}
