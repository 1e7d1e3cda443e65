import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { Outcome, PostResult } from './delivery.js';
import type { ClaimedDelivery } from './due-delivery.repository.js';

/** One POST, to be written down. */
export interface DeliveryResult {
  delivery: ClaimedDelivery;
  outcome: Outcome;
  post: PostResult;
  startedAt: Date;
  durationMs: number;
}

/** Attempts of a delivery beyond so many, resends included, push out its oldest. */
export const KEPT_ATTEMPTS = 50;

@Injectable()
export class ResultRepository {
  /**
   * Writes many results in one statement. A delivery whose lease ended and which somebody else has sent
   * meanwhile has one attempt more than when it was claimed: its late result is left out.
   */
  async store(tx: Tx, results: readonly DeliveryResult[]): Promise<void> {
    await tx.query(
      `WITH result AS (
         SELECT * FROM unnest($1::uuid[], $2::int[], $3::varchar[], $4::smallint[], $5::float8[],
           $6::timestamptz[], $7::int[], $8::smallint[], $9::varchar[], $10::varchar[])
           AS r(delivery_id, attempts, status, retries, delay_ms, started_at, duration_ms,
                response_status, response_body, error)),
       stored AS (
         UPDATE webhook_deliveries d
            SET status = r.status, attempts = d.attempts + 1, retries = r.retries, locked_until = NULL,
                next_attempt_at = now() + r.delay_ms * interval '1 millisecond',
                finished_at = CASE WHEN r.status <> 'pending' THEN now() END
           FROM result r
          WHERE d.delivery_id = r.delivery_id AND d.attempts = r.attempts AND d.status = 'pending'
         RETURNING d.delivery_id, d.attempts)
       INSERT INTO webhook_attempts (delivery_id, attempt, started_at, duration_ms, response_status,
         response_body, error)
       SELECT r.delivery_id, stored.attempts, r.started_at, r.duration_ms, r.response_status,
              r.response_body, r.error
         FROM stored JOIN result r USING (delivery_id)`,
      [
        results.map(({ delivery }) => delivery.deliveryId),
        results.map(({ delivery }) => delivery.attempts),
        results.map(({ outcome }) => outcome.status),
        results.map(({ outcome }) => outcome.retries),
        results.map(({ outcome }) => outcome.delayMs),
        results.map(({ startedAt }) => startedAt),
        results.map(({ durationMs }) => durationMs),
        results.map(({ post }) => ('status' in post ? post.status : null)),
        results.map(({ post }) => ('status' in post ? post.body : null)),
        results.map(({ post }) => ('error' in post ? post.error : null)),
      ],
    );
    await this.forgetOldAttempts(tx, results);
  }

  private async forgetOldAttempts(tx: Tx, results: readonly DeliveryResult[]): Promise<void> {
    const many = results.filter(({ delivery }) => delivery.attempts >= KEPT_ATTEMPTS);
    if (many.length === 0) return;
    await tx.query(
      `DELETE FROM webhook_attempts a
        USING unnest($1::uuid[], $2::int[]) AS kept(delivery_id, first)
        WHERE a.delivery_id = kept.delivery_id AND a.attempt < kept.first`,
      [
        many.map(({ delivery }) => delivery.deliveryId),
        many.map(({ delivery }) => delivery.attempts + 2 - KEPT_ATTEMPTS),
      ],
    );
  }
}
