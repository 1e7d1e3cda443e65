import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { KeysetPosition, KeysetRow } from '@fusion-prime/kernel';
import { AlertNotFound, type Alert, type AlertState, type Labels, type Severity } from './alert.js';

export interface AlertFilter {
  state?: AlertState | undefined;
  severity?: Severity | undefined;
}

interface AlertRow {
  alert_id: string;
  fingerprint: Buffer;
  episode: number;
  labels: Labels;
  annotations: Labels;
  severity: Severity;
  state: AlertState;
  starts_at: Date;
  ends_at: Date | null;
  created_at: Date;
  position: string;
}

const COLUMNS = `alert_id, fingerprint, episode, labels, annotations, severity, state, starts_at,
  ends_at, created_at, created_at::text AS position`;

@Injectable()
export class AlertRepository {
  /**
   * One report of a trouble after the other, until the end of the transaction: a row that does not
   * exist yet cannot be locked.
   */
  async lockFingerprint(tx: Tx, fingerprint: Buffer): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock($1::bigint)', [
      fingerprint.readBigInt64BE().toString(),
    ]);
  }

  /** The newest episode. */
  async findNewest(tx: Tx, fingerprint: Buffer): Promise<Alert | null> {
    const rows = await tx.query<AlertRow[]>(
      `SELECT ${COLUMNS} FROM alerts WHERE fingerprint = $1 ORDER BY episode DESC LIMIT 1 FOR UPDATE`,
      [fingerprint],
    );
    return rows[0] === undefined ? null : toAlert(rows[0]);
  }

  /** Locks the row until the end of the transaction. @throws {AlertNotFound} */
  async lockById(tx: Tx, alertId: string): Promise<Alert> {
    return this.read(tx, alertId, 'FOR UPDATE');
  }

  /** @throws {AlertNotFound} */
  async getById(tx: Tx, alertId: string): Promise<Alert> {
    return this.read(tx, alertId, '');
  }

  async insert(tx: Tx, alert: Alert): Promise<void> {
    await tx.query(
      `INSERT INTO alerts (alert_id, fingerprint, episode, labels, annotations, severity, state,
         starts_at, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
      [
        alert.alertId,
        alert.fingerprint,
        alert.episode,
        JSON.stringify(alert.labels),
        JSON.stringify(alert.annotations),
        alert.severity,
        alert.state,
        alert.startsAt,
        alert.createdAt,
      ],
    );
  }

  async save(tx: Tx, alert: Alert): Promise<void> {
    await tx.query(
      `UPDATE alerts SET annotations = $2, severity = $3, state = $4, ends_at = $5, updated_at = now()
        WHERE alert_id = $1`,
      [alert.alertId, JSON.stringify(alert.annotations), alert.severity, alert.state, alert.endsAt],
    );
  }

  /** Newest first; one row more than asked. */
  async list(
    tx: Tx,
    { filter, after, limit }: { filter: AlertFilter; after: KeysetPosition | null; limit: number },
  ): Promise<KeysetRow<Alert>[]> {
    const rows = await tx.query<AlertRow[]>(
      `SELECT ${COLUMNS} FROM alerts
        WHERE ($1::varchar IS NULL OR state = $1)
          AND ($2::varchar IS NULL OR severity = $2)
          AND ($3::timestamptz IS NULL OR (created_at, alert_id) < ($3::timestamptz, $4::uuid))
        ORDER BY created_at DESC, alert_id DESC
        LIMIT $5`,
      [
        filter.state ?? null,
        filter.severity ?? null,
        after?.[0] ?? null,
        after?.[1] ?? null,
        limit + 1,
      ],
    );
    return rows.map((row) => ({
      item: toAlert(row),
      position: [row.position, row.alert_id],
    }));
  }

  private async read(tx: Tx, alertId: string, lock: '' | 'FOR UPDATE'): Promise<Alert> {
    const rows = await tx.query<AlertRow[]>(
      `SELECT ${COLUMNS} FROM alerts WHERE alert_id = $1 ${lock}`,
      [alertId],
    );
    if (rows[0] === undefined) throw new AlertNotFound(alertId);
    return toAlert(rows[0]);
  }
}

function toAlert(row: AlertRow): Alert {
  return {
    alertId: row.alert_id,
    fingerprint: row.fingerprint,
    episode: row.episode,
    labels: row.labels,
    annotations: row.annotations,
    severity: row.severity,
    state: row.state,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    createdAt: row.created_at,
  };
}
