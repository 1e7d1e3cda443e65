import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { formatAmount, parseAmount, type Amount } from '@fusion-prime/kernel';
import type { AccountKey, Purpose } from './account.js';
import { sumColumns } from './account.repository.js';
import type { Book, Origin } from './posting.js';

/** A transfer that moved money, with the keys of its accounts. */
export interface PostedTransfer {
  transferId: string;
  debit: AccountKey;
  credit: AccountKey;
  amount: Amount;
}

@Injectable()
export class TransferRepository {
  /**
   * Writes the entries of a book and the sums of its accounts, which are locked, in one statement. Debits
   * and credits change together or not at all.
   */
  async write(tx: Tx, book: Book): Promise<void> {
    const { made, changed } = book;
    if (made.length === 0) return;
    await tx.query(
      `WITH entries AS (
         INSERT INTO ledger_transfers (transfer_id, kind, pending_id, reverses_id, debit_account_id,
           credit_account_id, amount, origin_type, origin_id)
         SELECT * FROM unnest($1::uuid[], $2::varchar[], $3::uuid[], $4::uuid[], $5::bigint[],
           $6::bigint[], $7::numeric[], $8::varchar[], $9::varchar[]))
       UPDATE ledger_accounts a
          SET debits_pending = s.debits_pending, debits_posted = s.debits_posted,
              credits_pending = s.credits_pending, credits_posted = s.credits_posted
         FROM unnest($10::bigint[], $11::numeric[], $12::numeric[], $13::numeric[], $14::numeric[])
              AS s(account_id, debits_pending, debits_posted, credits_pending, credits_posted)
        WHERE a.account_id = s.account_id`,
      [
        made.map(({ transferId }) => transferId),
        made.map(({ kind }) => kind),
        made.map(({ pending }) => pending?.transferId ?? null),
        made.map(({ reversesId }) => reversesId ?? null),
        made.map(({ debit }) => book.get(debit).accountId),
        made.map(({ credit }) => book.get(credit).accountId),
        made.map(({ amount }) => formatAmount(amount)),
        made.map(({ origin }) => origin.type),
        made.map(({ origin }) => origin.id),
        ...sumColumns(changed),
      ],
    );
  }

  /** What was posted for an origin and is no reversal itself; null when nothing was. */
  async findPosted(tx: Tx, origin: Origin): Promise<PostedTransfer | null> {
    const [row] = await tx.query<
      {
        transfer_id: string;
        amount: string;
        debit_ref: string;
        credit_ref: string;
        asset: string;
        debit_purpose: Purpose;
        credit_purpose: Purpose;
      }[]
    >(
      `SELECT t.transfer_id, t.amount, d.asset_symbol AS asset,
              d.account_ref AS debit_ref, d.purpose AS debit_purpose,
              c.account_ref AS credit_ref, c.purpose AS credit_purpose
         FROM ledger_transfers t
         JOIN ledger_accounts d ON d.account_id = t.debit_account_id
         JOIN ledger_accounts c ON c.account_id = t.credit_account_id
        WHERE t.origin_type = $1 AND t.origin_id = $2
          AND t.kind IN ('post', 'posted') AND t.reverses_id IS NULL`,
      [origin.type, origin.id],
    );
    if (row === undefined) return null;
    const { asset } = row;
    return {
      transferId: row.transfer_id,
      amount: parseAmount(row.amount),
      debit: { ref: row.debit_ref, asset, purpose: row.debit_purpose },
      credit: { ref: row.credit_ref, asset, purpose: row.credit_purpose },
    };
  }
}
