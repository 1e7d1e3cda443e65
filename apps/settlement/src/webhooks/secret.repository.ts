import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';

export interface StoredSecret {
  /** Of the row it stands in. */
  id: string;
  subscriptionId: string;
  secret: string;
}

/** Where secrets stand. */
export const SECRET_PLACES = {
  current: { table: 'webhook_subscriptions', id: 'subscription_id', type: 'varchar', first: '' },
  old: { table: 'webhook_old_secrets', id: 'old_secret_id', type: 'bigint', first: '0' },
} as const;
export type SecretPlace = keyof typeof SECRET_PLACES;

/** The secrets of subscriptions as they are stored: sealed, or clear text of a release before. */
@Injectable()
export class SecretRepository {
  /** How many replaced secrets still sign; those that expired are removed. */
  async countOld(tx: Tx, subscriptionId: string): Promise<number> {
    const rows = await tx.query<{ live: number }[]>(
      `WITH gone AS (
         DELETE FROM webhook_old_secrets WHERE subscription_id = $1 AND expires_at <= now())
       SELECT count(*)::int AS live FROM webhook_old_secrets
        WHERE subscription_id = $1 AND expires_at > now()`,
      [subscriptionId],
    );
    return rows[0]?.live ?? 0;
  }

  /** The current secret becomes an old one as it is: sealed for the same subscription. */
  async replace(
    tx: Tx,
    { subscriptionId, sealedSecret }: { subscriptionId: string; sealedSecret: string },
    expiresAt: Date,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO webhook_old_secrets (subscription_id, secret, expires_at)
       SELECT subscription_id, secret, $2 FROM webhook_subscriptions WHERE subscription_id = $1`,
      [subscriptionId, expiresAt],
    );
    await tx.query('UPDATE webhook_subscriptions SET secret = $2 WHERE subscription_id = $1', [
      subscriptionId,
      sealedSecret,
    ]);
  }

  /** Secrets that the current key did not seal, in the order of their rows; locked ones are left out. */
  async lockUnsealed(
    tx: Tx,
    place: SecretPlace,
    { prefix, after, limit }: { prefix: string; after: string | null; limit: number },
  ): Promise<StoredSecret[]> {
    const { table, id, first } = SECRET_PLACES[place];
    const rows = await tx.query<{ id: string; subscription_id: string; secret: string }[]>(
      `SELECT ${id} AS id, subscription_id, secret FROM ${table}
        WHERE NOT starts_with(secret, $1) AND ${id} > $2
        ORDER BY ${id} LIMIT $3 FOR UPDATE SKIP LOCKED`,
      [prefix, after ?? first, limit],
    );
    return rows.map((row) => ({
      id: row.id,
      subscriptionId: row.subscription_id,
      secret: row.secret,
    }));
  }

  async saveSealed(tx: Tx, place: SecretPlace, secrets: readonly StoredSecret[]): Promise<void> {
    const { table, id, type } = SECRET_PLACES[place];
    await tx.query(
      `UPDATE ${table} AS stored SET secret = sealed.secret
         FROM unnest($1::${type}[], $2::varchar[]) AS sealed(id, secret)
        WHERE stored.${id} = sealed.id`,
      [secrets.map((sealed) => sealed.id), secrets.map(({ secret }) => secret)],
    );
  }
}
