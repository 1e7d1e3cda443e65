import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { Observation } from './observation.js';

@Injectable()
export class ObservationRepository {
  /** False when this source has spoken for this instant before. */
  async insert(tx: Tx, observation: Observation): Promise<boolean> {
    const { feedId, sourceId, observedAt, price, observedBy } = observation;
    const rows = await tx.query<unknown[]>(
      `INSERT INTO observations (feed_id, source_id, observed_at, price, observed_by)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING
       RETURNING feed_id`,
      [feedId, sourceId, observedAt, price, observedBy],
    );
    return rows.length === 1;
  }

  /** Whether the stored observation of that instant says the same price. */
  async agrees(tx: Tx, { feedId, sourceId, observedAt, price }: Observation): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM observations
        WHERE feed_id = $1 AND source_id = $2 AND observed_at = $3 AND price = $4::numeric`,
      [feedId, sourceId, observedAt, price],
    );
    return rows.length === 1;
  }
}
