import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';
import type { KeysetPosition, KeysetRow } from '@fusion-prime/kernel';
import {
  readEventTypes,
  SubscriptionNotFound,
  writeEventTypes,
  type DisabledReason,
  type Subscription,
} from './subscription.js';

interface SubscriptionRow {
  subscription_id: string;
  url: string;
  event_types: string;
  enabled: boolean;
  description: string | null;
  created_at: Date;
  updated_at: Date;
  disabled_reason: DisabledReason | null;
  first_failure_at: Date | null;
  version: number;
  position: string;
}

// Rows written by hand may lack created_at; they sort as the oldest.
const CREATED_AT = `coalesce(created_at, 'epoch'::timestamptz)`;
// Instances of the release before enable a subscription without forgetting why it was disabled.
const COLUMNS = `subscription_id, url, event_types, enabled, description, updated_at, version,
  first_failure_at, CASE WHEN NOT enabled THEN disabled_reason END AS disabled_reason,
  ${CREATED_AT} AS created_at, ${CREATED_AT}::text AS position`;

/** Subscriptions without their secrets, which are the business of secret.repository.ts. */
@Injectable()
export class SubscriptionRepository {
  async insert(tx: Tx, subscription: Subscription, sealedSecret: string): Promise<void> {
    await tx.query(
      `INSERT INTO webhook_subscriptions
         (subscription_id, url, secret, event_types, enabled, description, created_at, updated_at, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        subscription.subscriptionId,
        subscription.url,
        sealedSecret,
        writeEventTypes(subscription.eventTypes),
        subscription.enabled,
        subscription.description,
        subscription.createdAt,
        subscription.updatedAt,
        subscription.version,
      ],
    );
  }

  /** How many there are; counting ends at `most`. */
  async count(tx: Reader, most: number): Promise<number> {
    const rows = await tx.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM (SELECT FROM webhook_subscriptions LIMIT $1) AS found',
      [most],
    );
    return rows[0]?.count ?? 0;
  }

  async save(tx: Tx, subscription: Subscription): Promise<void> {
    await tx.query(
      `UPDATE webhook_subscriptions
          SET url = $2, event_types = $3, enabled = $4, description = $5, updated_at = $6,
              disabled_reason = $7, first_failure_at = $8, version = $9
        WHERE subscription_id = $1`,
      [
        subscription.subscriptionId,
        subscription.url,
        writeEventTypes(subscription.eventTypes),
        subscription.enabled,
        subscription.description,
        subscription.updatedAt,
        subscription.disabledReason,
        subscription.firstFailureAt,
        subscription.version,
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
  async getById(tx: Reader, subscriptionId: string): Promise<Subscription> {
    const rows = await tx.query<SubscriptionRow[]>(
      `SELECT ${COLUMNS} FROM webhook_subscriptions WHERE subscription_id = $1`,
      [subscriptionId],
    );
    if (rows[0] === undefined) throw new SubscriptionNotFound(subscriptionId);
    return toSubscription(rows[0]);
  }

  /** @throws {SubscriptionNotFound} */
  async lockById(tx: Tx, subscriptionId: string): Promise<Subscription> {
    const [found] = await this.lockMany(tx, [subscriptionId]);
    if (found === undefined) throw new SubscriptionNotFound(subscriptionId);
    return found;
  }

  /** Those that still exist, locked in the order of their ids. */
  async lockMany(tx: Tx, subscriptionIds: readonly string[]): Promise<Subscription[]> {
    const rows = await tx.query<SubscriptionRow[]>(
      `SELECT ${COLUMNS} FROM webhook_subscriptions
        WHERE subscription_id = ANY($1) ORDER BY subscription_id FOR UPDATE`,
      [subscriptionIds],
    );
    return rows.map(toSubscription);
  }

  /** Newest first; one row more than asked. */
  async list(
    tx: Reader,
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
}

function toSubscription(row: SubscriptionRow): Subscription {
  return {
    subscriptionId: row.subscription_id,
    url: row.url,
    eventTypes: readEventTypes(row.event_types),
    enabled: row.enabled,
    description: row.description,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    disabledReason: row.disabled_reason,
    firstFailureAt: row.first_failure_at,
    version: row.version,
  };
}
