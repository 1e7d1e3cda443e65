import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';
import {
  formatAmount,
  parseAmount,
  SEARCHED_ROWS,
  type KeysetPosition,
  type SearchedRow,
} from '@fusion-prime/kernel';
import { toSearchedRow, type ListedRow } from '../listed-row.js';
import { EscrowNotFound, type Escrow, type EscrowState } from './escrow.js';

interface EscrowRow {
  escrow_id: string;
  payer: string;
  payee: string;
  arbiter: string | null;
  asset_symbol: string;
  amount: string;
  released: string;
  refunded: string;
  state: EscrowState;
  version: number;
  expires_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface LockedEscrow {
  escrow: Escrow;
  /** The database's clock under the lock. */
  now: Date;
}

export interface EscrowSearch {
  state: EscrowState | undefined;
  after: KeysetPosition | null;
  limit: number;
  /** How many escrows are looked at for a state. */
  stretch?: number;
}

const COLUMNS = `escrow_id, payer, payee, arbiter, asset_symbol, amount, released, refunded, state,
  version, expires_at, created_at, updated_at`;

const LAPSED = `state IN ('created', 'funded') AND expires_at <= now()`;

// Before the first page: nothing is as new as that.
const NEWEST: KeysetPosition = ['infinity', '00000000-0000-0000-0000-000000000000'];

const ORDER = 'ORDER BY created_at DESC, escrow_id DESC';
const WANTED = '($4::varchar IS NULL OR state = $4)';
// No index knows the state, as none knows a command's status: the inner LIMIT bounds what is looked at.
const LIST = `
  SELECT *, created_at::text AS position, ${WANTED} AS wanted, nth = $3 AS last
    FROM (SELECT ${COLUMNS}, row_number() OVER (${ORDER} ROWS UNBOUNDED PRECEDING) AS nth
            FROM escrows
           WHERE (created_at, escrow_id) < ($1::timestamptz, $2::uuid)
           ${ORDER} LIMIT $3::int) AS looked_at
   WHERE ${WANTED} OR nth = $3
   ${ORDER} LIMIT $5`;

@Injectable()
export class EscrowRepository {
  async insert(tx: Tx, escrow: Escrow): Promise<void> {
    await tx.query(
      `INSERT INTO escrows (escrow_id, payer, payee, arbiter, asset_symbol, amount, expires_at,
         created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
      [
        escrow.escrowId,
        escrow.payer,
        escrow.payee,
        escrow.arbiter,
        escrow.assetSymbol,
        formatAmount(escrow.amount),
        escrow.expiresAt,
        escrow.createdAt,
      ],
    );
  }

  async save(tx: Tx, escrow: Escrow): Promise<void> {
    await tx.query(
      `UPDATE escrows SET state = $2, released = $3, refunded = $4, version = $5, updated_at = $6
        WHERE escrow_id = $1`,
      [
        escrow.escrowId,
        escrow.state,
        formatAmount(escrow.released),
        formatAmount(escrow.refunded),
        escrow.version,
        escrow.updatedAt,
      ],
    );
  }

  /** @throws {EscrowNotFound} */
  async getById(reader: Reader, escrowId: string): Promise<Escrow> {
    const [row] = await reader.query<EscrowRow[]>(
      `SELECT ${COLUMNS} FROM escrows WHERE escrow_id = $1`,
      [escrowId],
    );
    if (row === undefined) throw new EscrowNotFound(escrowId);
    return toEscrow(row);
  }

  /** @throws {EscrowNotFound} */
  async lockById(tx: Tx, escrowId: string): Promise<LockedEscrow> {
    const [row] = await tx.query<(EscrowRow & { now: Date })[]>(
      `WITH locked AS (SELECT ${COLUMNS} FROM escrows WHERE escrow_id = $1 FOR NO KEY UPDATE)
       SELECT *, clock_timestamp() AS now FROM locked`,
      [escrowId],
    );
    if (row === undefined) throw new EscrowNotFound(escrowId);
    return { escrow: toEscrow(row), now: row.now };
  }

  /** Those whose time is over; what somebody acts on just now is left to them. */
  async lockLapsed(
    tx: Tx,
    { only, limit }: { only: string | null; limit: number },
  ): Promise<LockedEscrow[]> {
    const rows = await tx.query<(EscrowRow & { now: Date })[]>(
      `SELECT ${COLUMNS}, clock_timestamp() AS now FROM escrows
        WHERE ${LAPSED} AND ($1::uuid IS NULL OR escrow_id = $1)
        ORDER BY expires_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`,
      [only, limit],
    );
    return rows.map((row) => ({ escrow: toEscrow(row), now: row.now }));
  }

  /** Their ids, without a lock. */
  async listLapsed(reader: Reader, limit: number): Promise<string[]> {
    const rows = await reader.query<Pick<EscrowRow, 'escrow_id'>[]>(
      `SELECT escrow_id FROM escrows WHERE ${LAPSED} ORDER BY expires_at LIMIT $1`,
      [limit],
    );
    return rows.map((row) => row.escrow_id);
  }

  /** Newest first, no more than a stretch of them: {@link SearchedRow}. */
  async list(
    reader: Reader,
    { state, after, limit, stretch = SEARCHED_ROWS }: EscrowSearch,
  ): Promise<SearchedRow<Escrow>[]> {
    const lookedAt = state === undefined ? limit + 1 : stretch;
    const rows = await reader.query<(EscrowRow & ListedRow)[]>(LIST, [
      ...(after ?? NEWEST),
      lookedAt,
      state ?? null,
      limit + 1,
    ]);
    return rows.map((row) => toSearchedRow(row, row.escrow_id, toEscrow(row)));
  }
}

function toEscrow(row: EscrowRow): Escrow {
  return {
    escrowId: row.escrow_id,
    payer: row.payer,
    payee: row.payee,
    arbiter: row.arbiter,
    assetSymbol: row.asset_symbol,
    amount: parseAmount(row.amount),
    released: parseAmount(row.released),
    refunded: parseAmount(row.refunded),
    state: row.state,
    version: row.version,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
