import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { KeysetPosition, KeysetRow } from '@fusion-prime/kernel';
import {
  readEventTypes,
  SubscriptionNotFound,
  writeEventTypes,
  type Subscription,
} from './subscription.js';

interface SubscriptionRow {
  subscription_id: string;
  url: string;
  event_types: string;
  enabled: boolean;
  description: string | null;
  created_at: Date;
  position: string;
}

// The secret is never read back: it is shown once, when the subscription is made.
// Rows written by hand may lack created_at; they sort as the oldest.
const CREATED_AT = `coalesce(created_at, 'epoch'::timestamptz)`;
const COLUMNS = `subscription_id, url, event_types, enabled, description,
  ${CREATED_AT} AS created_at, ${CREATED_AT}::text AS position`;

@Injectable()
export class SubscriptionRepository {
  async insert(tx: Tx, subscription: Subscription, secret: string): Promise<void> {
    await tx.query(
      `INSERT INTO webhook_subscriptions
         (subscription_id, url, secret, event_types, enabled, description, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        subscription.subscriptionId,
        subscription.url,
        secret,
        writeEventTypes(subscription.eventTypes),
        subscription.enabled,
        subscription.description,
        subscription.createdAt,
      ],
    );
  }

  async save(tx: Tx, subscription: Subscription): Promise<void> {
    await tx.query(
      `UPDATE webhook_subscriptions
          SET url = $2, event_types = $3, enabled = $4, description = $5
        WHERE subscription_id = $1`,
      [
        subscription.subscriptionId,
        subscription.url,
        writeEventTypes(subscription.eventTypes),
        subscription.enabled,
        subscription.description,
      ],
    );
  }

  /** @throws {SubscriptionNotFound} */
  async delete(tx: Tx, subscriptionId: string): Promise<void> {
    const rows = await tx.query<{ deleted: number }[]>(
      `WITH gone AS (DELETE FROM webhook_subscriptions WHERE subscription_id = $1 RETURNING 1)
       SELECT count(*)::int AS deleted FROM gone`,
      [subscriptionId],
    );
    if (rows[0]?.deleted === 0) throw new SubscriptionNotFound(subscriptionId);
  }

  /** @throws {SubscriptionNotFound} */
  async getById(tx: Tx, subscriptionId: string): Promise<Subscription> {
    return this.read(tx, subscriptionId, '');
  }

  /** @throws {SubscriptionNotFound} */
  async lockById(tx: Tx, subscriptionId: string): Promise<Subscription> {
    return this.read(tx, subscriptionId, 'FOR UPDATE');
  }

  /** Newest first; one row more than asked. */
  async list(
    tx: Tx,
    { after, limit }: { after: KeysetPosition | null; limit: number },
  ): Promise<KeysetRow<Subscription>[]> {
    const rows = await tx.query<SubscriptionRow[]>(
      `SELECT ${COLUMNS} FROM webhook_subscriptions
        WHERE $1::timestamptz IS NULL OR (${CREATED_AT}, subscription_id) < ($1, $2::varchar)
        ORDER BY ${CREATED_AT} DESC, subscription_id DESC
        LIMIT $3`,
      [after?.[0] ?? null, after?.[1] ?? null, limit + 1],
    );
    return rows.map((row) => ({
      item: toSubscription(row),
      position: [row.position, row.subscription_id],
    }));
  }

  private async read(
    tx: Tx,
    subscriptionId: string,
    lock: '' | 'FOR UPDATE',
  ): Promise<Subscription> {
    const rows = await tx.query<SubscriptionRow[]>(
      `SELECT ${COLUMNS} FROM webhook_subscriptions WHERE subscription_id = $1 ${lock}`,
      [subscriptionId],
    );
    if (rows[0] === undefined) throw new SubscriptionNotFound(subscriptionId);
    return toSubscription(rows[0]);
  }
}

function toSubscription(row: SubscriptionRow): Subscription {
  return {
    subscriptionId: row.subscription_id,
    url: row.url,
    eventTypes: readEventTypes(row.event_types),
    enabled: row.enabled,
    description: row.description,
    createdAt: row.created_at,
  };
}
