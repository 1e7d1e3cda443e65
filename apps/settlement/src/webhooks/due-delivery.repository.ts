import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';

/** A subscription that has something due, with what is needed to send it. */
export interface DueEndpoint {
  subscriptionId: string;
  url: string;
  enabled: boolean;
  firstFailureAt: Date | null;
  /** As they are stored; the current one first, then those that were replaced and still sign. */
  secrets: readonly string[];
}

/** A delivery that is ours to send until its lease ends. */
export interface ClaimedDelivery {
  deliveryId: string;
  subscriptionId: string;
  eventId: string;
  attempts: number;
  retries: number;
  body: string;
}

/** How many deliveries of each subscription. */
export type Share = readonly { subscriptionId: string; count: number }[];

interface EndpointRow {
  queue_id: string;
  url: string | null;
  enabled: boolean;
  first_failure_at: Date | null;
  secrets: string[];
}

const DUE = `d.status = 'pending' AND d.next_attempt_at <= now()
  AND (d.locked_until IS NULL OR d.locked_until <= now())`;

/** What the sender reads and claims. Never more than it was told, whatever waits. */
@Injectable()
export class DueDeliveryRepository {
  /**
   * Walks from one subscription with pending deliveries to the next, one index probe each, so that what is
   * read does not grow with anybody's backlog.
   *
   * @param after the subscription where the last walk ended; '' begins anew
   * @param limit how many subscriptions are looked at
   * @returns those with something due, and where to go on; null when that was the last
   */
  async endpoints(
    tx: Reader,
    after: string,
    limit: number,
  ): Promise<{ endpoints: DueEndpoint[]; next: string | null }> {
    const rows = await tx.query<EndpointRow[]>(
      `WITH RECURSIVE queue AS (
         (SELECT subscription_id, next_attempt_at, 1 AS place FROM webhook_deliveries
           WHERE status = 'pending' AND subscription_id > $1
           ORDER BY subscription_id, next_attempt_at LIMIT 1)
         UNION ALL
         SELECT head.subscription_id, head.next_attempt_at, queue.place + 1
           FROM queue
          CROSS JOIN LATERAL (
            SELECT d.subscription_id, d.next_attempt_at FROM webhook_deliveries d
             WHERE d.status = 'pending' AND d.subscription_id > queue.subscription_id
             ORDER BY d.subscription_id, d.next_attempt_at LIMIT 1) AS head
          WHERE queue.place < $2)
       SELECT queue.subscription_id AS queue_id, s.url, s.enabled, s.first_failure_at,
              ARRAY[s.secret] || ARRAY(
                SELECT o.secret FROM webhook_old_secrets o
                 WHERE o.subscription_id = s.subscription_id AND o.expires_at > now()
                 ORDER BY o.expires_at DESC) AS secrets
         FROM queue
         LEFT JOIN webhook_subscriptions s
           ON s.subscription_id = queue.subscription_id AND queue.next_attempt_at <= now()
        ORDER BY queue.place`,
      [after, limit],
    );
    return {
      endpoints: rows.flatMap(toEndpoint),
      next: rows.length < limit ? null : (rows.at(-1)?.queue_id ?? null),
    };
  }

  /** Takes at most each subscription's share, the longest due first, for `leaseMs`. */
  async claim(tx: Tx, share: Share, leaseMs: number): Promise<ClaimedDelivery[]> {
    const rows = await tx.query<
      {
        delivery_id: string;
        subscription_id: string;
        event_id: string;
        attempts: number;
        retries: number;
        body: string;
      }[]
    >(
      `WITH chosen AS (
         SELECT due.delivery_id
           FROM unnest($1::varchar[], $2::int[]) AS share(subscription_id, count)
          CROSS JOIN LATERAL (
            SELECT d.delivery_id FROM webhook_deliveries d
             WHERE d.subscription_id = share.subscription_id AND ${DUE}
             ORDER BY d.next_attempt_at LIMIT share.count FOR UPDATE SKIP LOCKED) AS due),
       claimed AS (
         UPDATE webhook_deliveries d SET locked_until = now() + $3 * interval '1 millisecond'
           FROM chosen WHERE d.delivery_id = chosen.delivery_id
         RETURNING d.delivery_id, d.subscription_id, d.event_id, d.attempts, d.retries)
       SELECT claimed.*, m.body FROM claimed JOIN webhook_messages m USING (event_id)`,
      [...shareColumns(share), leaseMs],
    );
    return rows.map((row) => ({
      deliveryId: row.delivery_id,
      subscriptionId: row.subscription_id,
      eventId: row.event_id,
      attempts: row.attempts,
      retries: row.retries,
      body: row.body,
    }));
  }

  /** What falls due while its subscription is disabled is not sent. @returns how many */
  async skip(tx: Tx, share: Share): Promise<number> {
    const rows = await tx.query<{ skipped: number }[]>(
      `WITH chosen AS (
         SELECT due.delivery_id
           FROM unnest($1::varchar[], $2::int[]) AS share(subscription_id, count)
          CROSS JOIN LATERAL (
            SELECT d.delivery_id FROM webhook_deliveries d
             WHERE d.subscription_id = share.subscription_id AND ${DUE}
             ORDER BY d.next_attempt_at LIMIT share.count FOR UPDATE SKIP LOCKED) AS due),
       skipped AS (
         UPDATE webhook_deliveries d SET status = 'skipped', finished_at = now()
           FROM chosen WHERE d.delivery_id = chosen.delivery_id RETURNING 1)
       SELECT count(*)::int AS skipped FROM skipped`,
      [...shareColumns(share)],
    );
    return rows[0]?.skipped ?? 0;
  }

  /** Gives back what was claimed and not sent: another instance may take it at once. */
  async release(tx: Tx, deliveryIds: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE webhook_deliveries SET locked_until = NULL
        WHERE delivery_id = ANY($1) AND status = 'pending'`,
      [deliveryIds],
    );
  }
}

function shareColumns(share: Share): [string[], number[]] {
  return [share.map(({ subscriptionId }) => subscriptionId), share.map(({ count }) => count)];
}

/** None when nothing is due, or the subscription is gone. */
function toEndpoint(row: EndpointRow): DueEndpoint[] {
  if (row.url === null) return [];
  const { queue_id: subscriptionId, url, enabled, first_failure_at: firstFailureAt, secrets } = row;
  return [{ subscriptionId, url, enabled, firstFailureAt, secrets }];
}
