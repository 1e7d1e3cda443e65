import { Injectable } from '@nestjs/common';
import type { Reader } from '@fusion-prime/database';
import { toAccount, type AccountRow } from './account.repository.js';
import type { Account } from './account.js';

// What happened after the instant is taken back from the sums of today: one snapshot, and the fewer rows the
// closer the instant. A resolution gives back what its pending transfer had held.
const AT = `
  WITH own AS (
    SELECT * FROM ledger_accounts
     WHERE account_ref = $1 AND purpose = 'main' AND ($2::varchar IS NULL OR asset_symbol = $2)),
  later AS (
    SELECT t.debit_account_id AS account_id, 'debit' AS side, t.kind, t.amount, p.amount AS held
      FROM ledger_transfers t LEFT JOIN ledger_transfers p ON p.transfer_id = t.pending_id
     WHERE t.debit_account_id IN (SELECT account_id FROM own) AND t.created_at > $3
    UNION ALL
    SELECT t.credit_account_id, 'credit', t.kind, t.amount, p.amount
      FROM ledger_transfers t LEFT JOIN ledger_transfers p ON p.transfer_id = t.pending_id
     WHERE t.credit_account_id IN (SELECT account_id FROM own) AND t.created_at > $3),
  since AS (
    SELECT account_id, side,
           coalesce(sum(amount) FILTER (WHERE kind IN ('posted', 'post')), 0) AS posted,
           coalesce(sum(amount) FILTER (WHERE kind = 'pending'), 0)
             - coalesce(sum(held) FILTER (WHERE kind IN ('post', 'void', 'expire')), 0) AS pending
      FROM later GROUP BY account_id, side)
  SELECT own.account_id, own.account_ref, own.asset_symbol, own.purpose,
         own.debits_pending - coalesce(d.pending, 0) AS debits_pending,
         own.debits_posted - coalesce(d.posted, 0) AS debits_posted,
         own.credits_pending - coalesce(c.pending, 0) AS credits_pending,
         own.credits_posted - coalesce(c.posted, 0) AS credits_posted
    FROM own
    LEFT JOIN since d ON d.account_id = own.account_id AND d.side = 'debit'
    LEFT JOIN since c ON c.account_id = own.account_id AND c.side = 'credit'
   WHERE own.created_at <= $3
   ORDER BY own.asset_symbol`;

/** Sums of accounts as they were. */
@Injectable()
export class BalancesRepository {
  async listAt(
    reader: Reader,
    { ref, asset, at }: { ref: string; asset: string | undefined; at: Date },
  ): Promise<Account[]> {
    const rows = await reader.query<AccountRow[]>(AT, [ref, asset ?? null, at]);
    return rows.map(toAccount);
  }
}
