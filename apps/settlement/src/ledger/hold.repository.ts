import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';
import { formatAmount, parseAmount } from '@fusion-prime/kernel';
import { HoldNotFound, type Hold, type HoldStatus } from './hold.js';

interface HoldRow {
  hold_id: string;
  payer: string;
  payee: string;
  asset_symbol: string;
  amount: string;
  status: HoldStatus;
  captured: string | null;
  expires_at: Date | null;
  created_at: Date;
  resolved_at: Date | null;
}

const COLUMNS = `hold_id, payer, payee, asset_symbol, amount, status, captured, expires_at, created_at,
  resolved_at`;

const LAPSED = `status = 'active' AND expires_at <= now()`;

@Injectable()
export class HoldRepository {
  async insert(tx: Tx, hold: Hold): Promise<void> {
    await tx.query(
      `INSERT INTO ledger_holds (hold_id, payer, payee, asset_symbol, amount, expires_at, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        hold.holdId,
        hold.payer,
        hold.payee,
        hold.assetSymbol,
        formatAmount(hold.amount),
        hold.expiresAt,
        hold.createdAt,
      ],
    );
  }

  /** Saves how holds ended. */
  async saveEnds(tx: Tx, holds: readonly Hold[]): Promise<void> {
    await tx.query(
      `UPDATE ledger_holds h SET status = e.status, captured = e.captured, resolved_at = e.resolved_at
         FROM unnest($1::uuid[], $2::varchar[], $3::numeric[], $4::timestamptz[])
              AS e(hold_id, status, captured, resolved_at)
        WHERE h.hold_id = e.hold_id`,
      [
        holds.map(({ holdId }) => holdId),
        holds.map(({ status }) => status),
        holds.map(({ captured }) => (captured === null ? null : formatAmount(captured))),
        holds.map(({ resolvedAt }) => resolvedAt),
      ],
    );
  }

  /** @throws {HoldNotFound} */
  async getById(reader: Reader, holdId: string): Promise<Hold> {
    const rows = await reader.query<HoldRow[]>(
      `SELECT ${COLUMNS} FROM ledger_holds WHERE hold_id = $1`,
      [holdId],
    );
    if (rows[0] === undefined) throw new HoldNotFound(holdId);
    return toHold(rows[0]);
  }

  /** With the database's clock under the lock: it alone decides what has expired. @throws {HoldNotFound} */
  async lockById(tx: Tx, holdId: string): Promise<{ hold: Hold; now: Date }> {
    const [row] = await tx.query<(HoldRow & { now: Date })[]>(
      `WITH locked AS (SELECT ${COLUMNS} FROM ledger_holds WHERE hold_id = $1 FOR NO KEY UPDATE)
       SELECT *, clock_timestamp() AS now FROM locked`,
      [holdId],
    );
    if (row === undefined) throw new HoldNotFound(holdId);
    return { hold: toHold(row), now: row.now };
  }

  /** Active ones whose time is over; those that somebody ends just now are left to them. */
  async lockLapsed(
    tx: Tx,
    { only, limit }: { only: string | null; limit: number },
  ): Promise<{ hold: Hold; now: Date }[]> {
    const rows = await tx.query<(HoldRow & { now: Date })[]>(
      `SELECT ${COLUMNS}, clock_timestamp() AS now FROM ledger_holds
        WHERE ${LAPSED} AND ($1::uuid IS NULL OR hold_id = $1)
        ORDER BY expires_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`,
      [only, limit],
    );
    return rows.map((row) => ({ hold: toHold(row), now: row.now }));
  }

  /** Their ids, without a lock. */
  async listLapsed(reader: Reader, limit: number): Promise<string[]> {
    const rows = await reader.query<Pick<HoldRow, 'hold_id'>[]>(
      `SELECT hold_id FROM ledger_holds WHERE ${LAPSED} ORDER BY expires_at LIMIT $1`,
      [limit],
    );
    return rows.map((row) => row.hold_id);
  }
}

function toHold(row: HoldRow): Hold {
  return {
    holdId: row.hold_id,
    payer: row.payer,
    payee: row.payee,
    assetSymbol: row.asset_symbol,
    amount: parseAmount(row.amount),
    status: row.status,
    captured: row.captured === null ? null : parseAmount(row.captured),
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    resolvedAt: row.resolved_at,
  };
}
