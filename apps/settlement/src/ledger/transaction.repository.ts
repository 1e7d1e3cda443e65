import { Injectable } from '@nestjs/common';
import type { Reader } from '@fusion-prime/database';
import {
  parseAmount,
  type Amount,
  type KeysetPosition,
  type KeysetRow,
} from '@fusion-prime/kernel';
import type { Purpose } from './account.js';
import { ORIGIN_TYPES, type Origin, type Posting } from './posting.js';

/** An entry of the ledger, as people read it. */
export interface Transaction {
  transactionId: string;
  kind: Posting['kind'];
  debit: { ref: string; purpose: Purpose };
  credit: { ref: string; purpose: Purpose };
  assetSymbol: string;
  amount: Amount;
  origin: Origin;
  pendingId: string | null;
  reversesId: string | null;
  createdAt: Date;
}

export interface TransactionFilter {
  accountRef?: string | undefined;
  assetSymbol?: string | undefined;
  originId?: string | undefined;
}

interface TransactionRow {
  transfer_id: string;
  kind: Posting['kind'];
  debit_ref: string;
  debit_purpose: Purpose;
  credit_ref: string;
  credit_purpose: Purpose;
  asset_symbol: string;
  amount: string;
  origin_type: Origin['type'];
  origin_id: string;
  pending_id: string | null;
  reverses_id: string | null;
  created_at: Date;
  position: string;
}

const AFTER = `($1::timestamptz IS NULL OR (t.created_at, t.transfer_id) < ($1::timestamptz, $2::uuid))`;
const NEWEST = 'ORDER BY t.created_at DESC, t.transfer_id DESC LIMIT $3';

// Each side of each account by its own index, then merged: as fast for a busy account as for a quiet one. A
// reference can be both sides, as `external` is when somebody has an account of that name: that is one entry.
const OF_ACCOUNT = `
  SELECT t.* FROM ledger_accounts own, LATERAL (
    (SELECT t.* FROM ledger_transfers t WHERE t.debit_account_id = own.account_id AND ${AFTER} ${NEWEST})
    UNION ALL
    (SELECT t.* FROM ledger_transfers t WHERE t.credit_account_id = own.account_id AND ${AFTER}
        AND NOT EXISTS (SELECT FROM ledger_accounts payer
                         WHERE payer.account_id = t.debit_account_id AND payer.account_ref = $4)
      ${NEWEST})) t
   WHERE own.account_ref = $4 AND ($5::varchar IS NULL OR own.asset_symbol = $5)
  ${NEWEST}`;
// A handful of entries, found by the index of origins, which begins with the type.
const OF_ORIGIN = `
  SELECT t.* FROM ledger_transfers t
    JOIN ledger_accounts d ON d.account_id = t.debit_account_id
    JOIN ledger_accounts c ON c.account_id = t.credit_account_id
   WHERE t.origin_type = ANY($6::varchar[]) AND t.origin_id = $7 AND ${AFTER}
     AND ($4::varchar IS NULL OR $4 IN (d.account_ref, c.account_ref))
     AND ($5::varchar IS NULL OR d.asset_symbol = $5)
  ${NEWEST}`;
const OF_ALL = `SELECT t.* FROM ledger_transfers t WHERE ${AFTER} ${NEWEST}`;

/** The way in that reads no more than a page's worth, and what it wants to know after the page's own. */
function wayIn({ accountRef, assetSymbol, originId }: TransactionFilter): [string, unknown[]] {
  const account = [accountRef ?? null, assetSymbol ?? null];
  if (originId !== undefined) return [OF_ORIGIN, [...account, ORIGIN_TYPES, originId]];
  return accountRef === undefined ? [OF_ALL, []] : [OF_ACCOUNT, account];
}

@Injectable()
export class TransactionRepository {
  /** Newest first; one row more than asked. */
  async list(
    reader: Reader,
    {
      filter,
      after,
      limit,
    }: { filter: TransactionFilter; after: KeysetPosition | null; limit: number },
  ): Promise<KeysetRow<Transaction>[]> {
    const [found, values] = wayIn(filter);
    const rows = await reader.query<TransactionRow[]>(
      `SELECT t.transfer_id, t.kind, t.amount, t.origin_type, t.origin_id, t.pending_id, t.reverses_id,
              t.created_at, t.created_at::text AS position, d.asset_symbol,
              d.account_ref AS debit_ref, d.purpose AS debit_purpose,
              c.account_ref AS credit_ref, c.purpose AS credit_purpose
         FROM (${found}) t
         JOIN ledger_accounts d ON d.account_id = t.debit_account_id
         JOIN ledger_accounts c ON c.account_id = t.credit_account_id
        ORDER BY t.created_at DESC, t.transfer_id DESC`,
      [after?.[0] ?? null, after?.[1] ?? null, limit + 1, ...values],
    );
    return rows.map((row) => ({
      item: toTransaction(row),
      position: [row.position, row.transfer_id],
    }));
  }
}

function toTransaction(row: TransactionRow): Transaction {
  return {
    transactionId: row.transfer_id,
    kind: row.kind,
    debit: { ref: row.debit_ref, purpose: row.debit_purpose },
    credit: { ref: row.credit_ref, purpose: row.credit_purpose },
    assetSymbol: row.asset_symbol,
    amount: parseAmount(row.amount),
    origin: { type: row.origin_type, id: row.origin_id },
    pendingId: row.pending_id,
    reversesId: row.reverses_id,
    createdAt: row.created_at,
  };
}
