import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { FeedNotFound, type Feed } from './feed.js';

interface FeedRow {
  feed_id: string;
  base: string;
  quote: string;
  max_age_s: number;
  output_scale: number;
  enabled: boolean;
  created_at: Date;
}

const COLUMNS = 'feed_id, base, quote, max_age_s, output_scale, enabled, created_at';

@Injectable()
export class FeedRepository {
  /** False when the pair has a feed. */
  async insert(tx: Tx, feed: Feed): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO feeds (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (base, quote) DO NOTHING
       RETURNING feed_id`,
      [
        feed.feedId,
        feed.base,
        feed.quote,
        feed.maxAgeSeconds,
        feed.outputScale,
        feed.enabled,
        feed.createdAt,
      ],
    );
    return rows.length === 1;
  }

  /**
   * Locks the row until the end of the transaction: observations of a feed come one after the other.
   *
   * @throws {FeedNotFound}
   */
  async lockById(tx: Tx, feedId: string): Promise<Feed> {
    return this.read(tx, feedId, 'FOR UPDATE');
  }

  /** @throws {FeedNotFound} */
  async getById(tx: Tx, feedId: string): Promise<Feed> {
    return this.read(tx, feedId, '');
  }

  async list(tx: Tx): Promise<Feed[]> {
    const rows = await tx.query<FeedRow[]>(`SELECT ${COLUMNS} FROM feeds ORDER BY base, quote`);
    return rows.map(toFeed);
  }

  private async read(tx: Tx, feedId: string, lock: '' | 'FOR UPDATE'): Promise<Feed> {
    const rows = await tx.query<FeedRow[]>(
      `SELECT ${COLUMNS} FROM feeds WHERE feed_id = $1 ${lock}`,
      [feedId],
    );
    if (rows[0] === undefined) throw new FeedNotFound(feedId);
    return toFeed(rows[0]);
  }
}

function toFeed(row: FeedRow): Feed {
  return {
    feedId: row.feed_id,
    base: row.base,
    quote: row.quote,
    maxAgeSeconds: row.max_age_s,
    outputScale: row.output_scale,
    enabled: row.enabled,
    createdAt: row.created_at,
  };
}
