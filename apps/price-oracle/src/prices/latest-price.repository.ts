import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { canonicalPrice, type LatestPrice } from './price.js';

/** A price with what is needed to judge and to write it. */
export interface PricedFeed {
  pair: string;
  maxAgeSeconds: number;
  /** Null until somebody has observed one. */
  latest: LatestPrice | null;
}

interface PriceRow {
  pair: string;
  max_age_s: number;
  feed_id: string;
  seq: string | null;
  price: string | null;
  source_id: string | null;
  observed_at: Date | null;
}

@Injectable()
export class LatestPriceRepository {
  /** Takes the observation as the latest unless a newer one is there; whether it did. */
  async advance(tx: Tx, price: Omit<LatestPrice, 'seq'>): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO latest_prices AS latest (feed_id, seq, price, source_id, observed_at, updated_at)
       VALUES ($1, 1, $2, $3, $4, now())
       ON CONFLICT (feed_id) DO UPDATE
          SET seq = latest.seq + 1, price = excluded.price, source_id = excluded.source_id,
              observed_at = excluded.observed_at, updated_at = now()
        WHERE latest.observed_at < excluded.observed_at
       RETURNING feed_id`,
      [price.feedId, price.price, price.sourceId, price.observedAt],
    );
    return rows.length === 1;
  }

  /** Rounded to the scale of the feed; in the order of the pairs that were asked for. */
  async listOf(tx: Tx, pairs: readonly { base: string; quote: string }[]): Promise<PricedFeed[]> {
    const rows = await tx.query<PriceRow[]>(
      `SELECT f.base || '-' || f.quote AS pair, f.max_age_s, f.feed_id, p.seq,
              round(p.price, f.output_scale)::text AS price, p.source_id, p.observed_at
         FROM unnest($1::varchar[], $2::varchar[]) WITH ORDINALITY AS wanted (base, quote, place)
         JOIN feeds f USING (base, quote)
         LEFT JOIN latest_prices p USING (feed_id)
        ORDER BY place`,
      [pairs.map(({ base }) => base), pairs.map(({ quote }) => quote)],
    );
    return rows.map((row) => ({
      pair: row.pair,
      maxAgeSeconds: row.max_age_s,
      latest: toLatest(row),
    }));
  }
}

function toLatest(row: PriceRow): LatestPrice | null {
  const { seq, price, source_id: sourceId, observed_at: observedAt } = row;
  if (seq === null || price === null || sourceId === null || observedAt === null) return null;
  return { feedId: row.feed_id, seq, price: canonicalPrice(price), sourceId, observedAt };
}
