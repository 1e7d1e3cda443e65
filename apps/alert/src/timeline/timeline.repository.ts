import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { TimelineEntry, TimelineKind } from './timeline-entry.js';

interface TimelineRow {
  seq: number;
  kind: TimelineKind;
  actor: string;
  occurred_at: Date;
}

/** More than any alert has had; a longer one shows its beginning. */
const MAX_ENTRIES_LISTED = 1_000;

@Injectable()
export class TimelineRepository {
  /** Numbered by the database while the alert's row is locked, so two writers never share a number. */
  async append(tx: Tx, alertId: string, entry: Omit<TimelineEntry, 'seq'>): Promise<void> {
    await tx.query(
      `INSERT INTO alert_timeline (alert_id, seq, kind, actor, occurred_at)
       SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4 FROM alert_timeline WHERE alert_id = $1`,
      [alertId, entry.kind, entry.actor, entry.occurredAt],
    );
  }

  /** Oldest first. */
  async listOf(tx: Tx, alertId: string): Promise<TimelineEntry[]> {
    const rows = await tx.query<TimelineRow[]>(
      `SELECT seq, kind, actor, occurred_at FROM alert_timeline
        WHERE alert_id = $1 ORDER BY seq LIMIT ${MAX_ENTRIES_LISTED}`,
      [alertId],
    );
    return rows.map((row) => ({
      seq: row.seq,
      kind: row.kind,
      actor: row.actor,
      occurredAt: row.occurred_at,
    }));
  }
}
