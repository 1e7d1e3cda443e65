import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { Acknowledgement } from './acknowledgement.js';

interface AcknowledgementRow {
  acknowledgement_id: string;
  alert_id: string;
  actor: string;
  note: string | null;
  acknowledged_at: Date;
  expires_at: Date | null;
}

/** The alert's row is locked by whoever calls these. */
@Injectable()
export class AcknowledgementRepository {
  async insert(tx: Tx, acknowledgement: Acknowledgement): Promise<void> {
    const { acknowledgementId, alertId, actor, note, acknowledgedAt, expiresAt } = acknowledgement;
    await tx.query(
      `INSERT INTO acknowledgements
         (acknowledgement_id, alert_id, actor, note, acknowledged_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [acknowledgementId, alertId, actor, note, acknowledgedAt, expiresAt],
    );
  }

  /** The one that nobody has withdrawn; it may have run out. */
  async findOpen(tx: Tx, alertId: string): Promise<Acknowledgement | null> {
    const rows = await tx.query<AcknowledgementRow[]>(
      `SELECT acknowledgement_id, alert_id, actor, note, acknowledged_at, expires_at
         FROM acknowledgements WHERE alert_id = $1 AND withdrawn_at IS NULL`,
      [alertId],
    );
    const [row] = rows;
    if (row === undefined) return null;
    return {
      acknowledgementId: row.acknowledgement_id,
      alertId: row.alert_id,
      actor: row.actor,
      note: row.note,
      acknowledgedAt: row.acknowledged_at,
      expiresAt: row.expires_at,
    };
  }

  async withdraw(tx: Tx, acknowledgementId: string, withdrawnAt: Date): Promise<void> {
    await tx.query('UPDATE acknowledgements SET withdrawn_at = $2 WHERE acknowledgement_id = $1', [
      acknowledgementId,
      withdrawnAt,
    ]);
  }
}
