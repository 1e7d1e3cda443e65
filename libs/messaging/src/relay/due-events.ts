import type { Tx } from '@fusion-prime/database';
import type { StoredEvent } from '../cloud-event.js';
import type { LocalSubscriber } from '../received-event.js';
import { takeOneSql, takeSql } from './due-sql.js';

/** A claimed row. */
export interface DueEvent extends StoredEvent {
  attempts: number;
}

export interface Taken {
  /** By age; those of an aggregate in their order, and not one left out. */
  events: DueEvent[];
  /** Until when they are leased, and the proof that they still are; empty when they are not. */
  lockedUntil: string;
  /** How many rows were looked at: as many as allowed means that there are more. */
  seen: number;
  /** How many were taken: those of types that nobody wants are not among the events. */
  taken: number;
}

export interface TakeOptions {
  /** How many free rows to look at; those that wait for others are among them. */
  window: number;
  /** How many to take. */
  limit: number;
  /** How many of one aggregate. */
  ofOne: number;
  /** Every subscriber that shares a stream with this one, when there is one. */
  among?: readonly string[];
}

interface Row {
  seen: number;
  taken: number;
  /** Null when nothing was taken. */
  event_id: string | null;
  event_type: string;
  aggregate_id: string;
  aggregate_seq: number;
  attempts: number;
  payload: string;
  headers: Record<string, string>;
  occurred_at: Date;
  locked_until: string | null;
}

const CLAIM = takeSql(`locked_until = now() + $6 * interval '1 millisecond'`);
const SENT = `status = 'sent', sent_at = now(), last_error = NULL`;
const TAKE_ONE = takeOneSql(SENT);

/** Leases due rows to the caller for `leaseMs`; they stay pending. */
export async function claimDue(
  tx: Tx,
  subscriber: string,
  { leaseMs, ...options }: TakeOptions & { leaseMs: number },
): Promise<Taken> {
  return toTaken(await tx.query(CLAIM, [...valuesOf(subscriber, options), leaseMs]));
}

/**
 * Marks due rows as handed over, for a subscriber who works in this very transaction: if it fails, so did
 * this.
 */
export async function takeDue(
  tx: Tx,
  { subscriber, wantedTypes }: Pick<LocalSubscriber, 'subscriber' | 'wantedTypes'>,
  options: TakeOptions,
): Promise<Taken> {
  return toTaken(await tx.query(takeSql(SENT, wantedTypes), valuesOf(subscriber, options)));
}

/** The same for one event, if it is still due. */
export async function takeOne(tx: Tx, subscriber: string, eventId: string): Promise<Taken> {
  return toTaken(await tx.query(TAKE_ONE, [subscriber, eventId]));
}

function valuesOf(subscriber: string, options: TakeOptions): unknown[] {
  const { window, limit, ofOne, among = [] } = options;
  return [subscriber, window, ofOne, limit, among];
}

function toTaken(rows: readonly Row[]): Taken {
  const events = rows.flatMap(({ event_id: eventId, ...row }) =>
    eventId === null
      ? []
      : [
          {
            eventId,
            eventType: row.event_type,
            aggregateId: row.aggregate_id,
            aggregateSeq: row.aggregate_seq,
            attempts: row.attempts,
            payload: row.payload,
            headers: row.headers,
            occurredAt: row.occurred_at,
          },
        ],
  );
  const { locked_until: lockedUntil, seen = 0, taken = 0 } = rows[0] ?? {};
  return { events, lockedUntil: lockedUntil ?? '', seen, taken };
}
