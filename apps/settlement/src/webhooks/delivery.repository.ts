import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';
import { SEARCHED_ROWS, type KeysetPosition, type SearchedRow } from '@fusion-prime/kernel';
import { toSearchedRow, type ListedRow } from '../listed-row.js';
import { DeliveryNotFound, type Attempt, type Delivery, type DeliveryStatus } from './delivery.js';
import type { EventType } from './subscription.js';

export interface DeliveryFilter {
  subscriptionId: string;
  status?: DeliveryStatus | undefined;
  eventType?: EventType | undefined;
}

export interface DeliverySearch {
  filter: DeliveryFilter;
  after: KeysetPosition | null;
  limit: number;
  /** How many deliveries are looked at for what no index knows. */
  stretch?: number;
}

interface DeliveryRow {
  delivery_id: string;
  subscription_id: string;
  event_id: string;
  event_type: string;
  status: DeliveryStatus;
  attempts: number;
  next_attempt_at: Date;
  created_at: Date;
  finished_at: Date | null;
  position: string;
}

interface AttemptRow {
  attempt: number;
  started_at: Date;
  duration_ms: number;
  response_status: number | null;
  response_body: string | null;
  error: string | null;
}

const COLUMNS = `delivery_id, subscription_id, event_id, event_type, status, attempts, next_attempt_at,
  created_at, finished_at, created_at::text AS position`;
/** What is asked for again begins its schedule anew, at once. */
const REQUEUED = `status = 'pending', retries = 0, next_attempt_at = now(), finished_at = NULL`;

// Before the first page: nothing is as new as that.
const NEWEST: KeysetPosition = ['infinity', '00000000-0000-0000-0000-000000000000'];
/** Statuses that an index of their own has, alone or with another; what is delivered has none. */
const INDEXED_TOGETHER: Record<DeliveryStatus, DeliveryStatus[] | null> = {
  pending: ['pending'],
  delivered: null,
  failed: ['failed', 'skipped'],
  skipped: ['failed', 'skipped'],
};

const ORDER = 'ORDER BY created_at DESC, delivery_id DESC';
const WANTED = '($4::varchar IS NULL OR status = $4) AND ($5::varchar IS NULL OR event_type = $5)';
// What no index knows is looked for in a stretch that the inner LIMIT bounds.
const LIST = `
  SELECT *, (${WANTED}) AS wanted, nth = $3 AS last
    FROM (SELECT ${COLUMNS}, row_number() OVER (${ORDER} ROWS UNBOUNDED PRECEDING) AS nth
            FROM webhook_deliveries
           WHERE subscription_id = $7
             AND ($8::varchar[] IS NULL OR status = ANY($8))
             AND (created_at, delivery_id) < ($1::timestamptz, $2::uuid)
           ${ORDER} LIMIT $3::int) AS looked_at
   WHERE (${WANTED}) OR nth = $3
   ${ORDER} LIMIT $6`;

/** Deliveries as clients see them; those of a subscription that is gone are not to be seen any more. */
@Injectable()
export class DeliveryRepository {
  /** @throws {DeliveryNotFound} */
  async getById(tx: Reader, deliveryId: string): Promise<Delivery> {
    return this.read(tx, deliveryId, '');
  }

  /** @throws {DeliveryNotFound} */
  async lockById(tx: Tx, deliveryId: string): Promise<Delivery> {
    return this.read(tx, deliveryId, 'FOR UPDATE OF d');
  }

  /** Oldest first. */
  async attempts(tx: Reader, deliveryId: string): Promise<Attempt[]> {
    const rows = await tx.query<AttemptRow[]>(
      `SELECT attempt, started_at, duration_ms, response_status, response_body, error
         FROM webhook_attempts WHERE delivery_id = $1 ORDER BY attempt`,
      [deliveryId],
    );
    return rows.map((row) => ({
      attempt: row.attempt,
      startedAt: row.started_at,
      durationMs: row.duration_ms,
      responseStatus: row.response_status,
      responseBody: row.response_body,
      error: row.error,
    }));
  }

  /** Newest first, no more than a stretch of them: {@link SearchedRow}. */
  async list(
    tx: Reader,
    { filter, after, limit, stretch = SEARCHED_ROWS }: DeliverySearch,
  ): Promise<SearchedRow<Delivery>[]> {
    const { subscriptionId, status, eventType } = filter;
    const together = status === undefined ? null : INDEXED_TOGETHER[status];
    const searched = [together?.length === 1 ? null : (status ?? null), eventType ?? null];
    const lookedAt = searched.some((value) => value !== null) ? stretch : limit + 1;
    const rows = await tx.query<(DeliveryRow & ListedRow)[]>(LIST, [
      ...(after ?? NEWEST),
      lookedAt,
      ...searched,
      limit + 1,
      subscriptionId,
      together,
    ]);
    return rows.map((row) => toSearchedRow(row, row.delivery_id, toDelivery(row)));
  }

  async requeue(tx: Tx, deliveryId: string): Promise<Delivery> {
    const rows = await tx.query<DeliveryRow[]>(
      `WITH requeued AS (
         UPDATE webhook_deliveries SET ${REQUEUED} WHERE delivery_id = $1 RETURNING *)
       SELECT ${COLUMNS} FROM requeued`,
      [deliveryId],
    );
    if (rows[0] === undefined) throw new DeliveryNotFound(deliveryId);
    return toDelivery(rows[0]);
  }

  /** Oldest first, at most `limit`. @returns how many */
  async requeueUndelivered(
    tx: Tx,
    { subscriptionId, since, limit }: { subscriptionId: string; since: Date; limit: number },
  ): Promise<number> {
    const rows = await tx.query<{ requeued: number }[]>(
      `WITH missed AS (
         SELECT delivery_id FROM webhook_deliveries
          WHERE subscription_id = $1 AND status IN ('failed', 'skipped') AND created_at >= $2
          ORDER BY created_at, delivery_id LIMIT $3 FOR UPDATE),
       requeued AS (
         UPDATE webhook_deliveries d SET ${REQUEUED} FROM missed
          WHERE d.delivery_id = missed.delivery_id RETURNING 1)
       SELECT count(*)::int AS requeued FROM requeued`,
      [subscriptionId, since, limit],
    );
    return rows[0]?.requeued ?? 0;
  }

  private async read(
    tx: Reader,
    deliveryId: string,
    lock: '' | 'FOR UPDATE OF d',
  ): Promise<Delivery> {
    const rows = await tx.query<DeliveryRow[]>(
      `SELECT ${COLUMNS} FROM webhook_deliveries d
        WHERE delivery_id = $1
          AND EXISTS (SELECT FROM webhook_subscriptions s
                       WHERE s.subscription_id = d.subscription_id) ${lock}`,
      [deliveryId],
    );
    if (rows[0] === undefined) throw new DeliveryNotFound(deliveryId);
    return toDelivery(rows[0]);
  }
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    deliveryId: row.delivery_id,
    subscriptionId: row.subscription_id,
    eventId: row.event_id,
    eventType: row.event_type,
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
