import { Inject, Injectable } from '@nestjs/common';
import { Transactions, type Tx } from '@fusion-prime/database';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from './webhooks.config.js';

/** Rows of one transaction: what hangs on them goes with them. */
const BATCH = 500;

/**
 * Removes what nobody asks for any more, a batch at a time: deliveries of subscriptions that are gone,
 * messages that are old and have nothing pending, replaced secrets that no longer sign.
 */
@Injectable()
export class ForgetDeliveries {
  constructor(
    private readonly transactions: Transactions,
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
  ) {}

  /** @returns whether there may be more */
  async execute(): Promise<boolean> {
    const orphans = await this.transactions.run((tx) => this.forgetOrphans(tx));
    const old = await this.transactions.run((tx) => this.forgetOld(tx));
    await this.transactions.run((tx) =>
      tx.query('DELETE FROM webhook_old_secrets WHERE expires_at <= now()'),
    );
    return orphans === BATCH || old === BATCH;
  }

  /** Goes from one subscription that has deliveries to the next, one index probe each. */
  private async forgetOrphans(tx: Tx): Promise<number> {
    return forget(
      tx,
      `WITH RECURSIVE owner AS (
         (SELECT subscription_id FROM webhook_deliveries ORDER BY subscription_id LIMIT 1)
         UNION ALL
         SELECT (SELECT d.subscription_id FROM webhook_deliveries d
                  WHERE d.subscription_id > owner.subscription_id
                  ORDER BY d.subscription_id LIMIT 1)
           FROM owner WHERE owner.subscription_id IS NOT NULL),
       orphan AS (
         SELECT d.delivery_id FROM owner
           JOIN webhook_deliveries d USING (subscription_id)
          WHERE NOT EXISTS (SELECT FROM webhook_subscriptions s
                             WHERE s.subscription_id = owner.subscription_id)
          LIMIT $1),
       gone AS (
         DELETE FROM webhook_deliveries d USING orphan
          WHERE d.delivery_id = orphan.delivery_id RETURNING 1)
       SELECT count(*)::int AS gone FROM gone`,
      [BATCH],
    );
  }

  private async forgetOld(tx: Tx): Promise<number> {
    return forget(
      tx,
      `WITH old AS (
         SELECT event_id FROM webhook_messages m
          WHERE created_at < now() - $2 * interval '1 day'
            AND NOT EXISTS (SELECT FROM webhook_deliveries d
                             WHERE d.event_id = m.event_id AND d.status = 'pending')
          ORDER BY created_at LIMIT $1),
       gone AS (
         DELETE FROM webhook_messages m USING old WHERE m.event_id = old.event_id RETURNING 1)
       SELECT count(*)::int AS gone FROM gone`,
      [BATCH, this.config.retentionDays],
    );
  }
}

async function forget(tx: Tx, sql: string, values: unknown[]): Promise<number> {
  const rows = await tx.query<{ gone: number }[]>(sql, values);
  return rows[0]?.gone ?? 0;
}
