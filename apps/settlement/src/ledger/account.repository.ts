import { Injectable } from '@nestjs/common';
import type { Reader, Tx } from '@fusion-prime/database';
import { formatBalance, parseBalance, type Balance } from '@fusion-prime/kernel';
import type { Account, AccountKey, Purpose } from './account.js';

export interface AccountRow {
  account_id: string;
  account_ref: string;
  asset_symbol: string;
  purpose: Purpose;
  debits_pending: string;
  debits_posted: string;
  credits_pending: string;
  credits_posted: string;
}

/** By how much an asset's debits and credits differ: by nothing, ever. */
export interface Imbalance {
  asset: string;
  posted: Balance;
  pending: Balance;
}

const COLUMNS = `account_id, account_ref, asset_symbol, purpose,
  debits_pending, debits_posted, credits_pending, credits_posted`;

@Injectable()
export class AccountRepository {
  /**
   * Locks those that exist, in the order of their ids, whatever the order of the keys: two transactions
   * never wait for each other.
   */
  async lock(tx: Tx, keys: readonly AccountKey[]): Promise<Account[]> {
    const rows = await tx.query<AccountRow[]>(
      `SELECT ${COLUMNS} FROM ledger_accounts
        WHERE (account_ref, asset_symbol, purpose)
              IN (SELECT * FROM unnest($1::varchar[], $2::varchar[], $3::varchar[]))
        ORDER BY account_id FOR NO KEY UPDATE`,
      columnsOf(keys),
    );
    return rows.map(toAccount);
  }

  /** Makes those that do not exist yet. */
  async open(tx: Tx, keys: readonly AccountKey[]): Promise<void> {
    await tx.query(
      `INSERT INTO ledger_accounts (account_ref, asset_symbol, purpose)
       SELECT * FROM unnest($1::varchar[], $2::varchar[], $3::varchar[]) ORDER BY 1, 2, 3
       ON CONFLICT (account_ref, asset_symbol, purpose) DO NOTHING`,
      columnsOf(keys),
    );
  }

  /** An account's sums as they stand now, of one asset or of all. */
  async listByRef(
    reader: Reader,
    { ref, asset }: { ref: string; asset: string | undefined },
  ): Promise<Account[]> {
    const rows = await reader.query<AccountRow[]>(
      `SELECT ${COLUMNS} FROM ledger_accounts
        WHERE account_ref = $1 AND purpose = 'main' AND ($2::varchar IS NULL OR asset_symbol = $2)
        ORDER BY asset_symbol`,
      [ref, asset ?? null],
    );
    return rows.map(toAccount);
  }

  /** Reads every account. */
  async imbalances(reader: Reader): Promise<Imbalance[]> {
    const rows = await reader.query<{ asset: string; posted: string; pending: string }[]>(
      `SELECT asset_symbol AS asset, sum(debits_posted) - sum(credits_posted) AS posted,
              sum(debits_pending) - sum(credits_pending) AS pending
         FROM ledger_accounts GROUP BY asset_symbol
       HAVING sum(debits_posted) <> sum(credits_posted)
           OR sum(debits_pending) <> sum(credits_pending)`,
    );
    return rows.map(({ asset, posted, pending }) => ({
      asset,
      posted: parseBalance(posted),
      pending: parseBalance(pending),
    }));
  }
}

function columnsOf(keys: readonly AccountKey[]): string[][] {
  return [
    keys.map(({ ref }) => ref),
    keys.map(({ asset }) => asset),
    keys.map(({ purpose }) => purpose),
  ];
}

export function toAccount(row: AccountRow): Account {
  return {
    accountId: row.account_id,
    ref: row.account_ref,
    asset: row.asset_symbol,
    purpose: row.purpose,
    debitsPending: parseBalance(row.debits_pending),
    debitsPosted: parseBalance(row.debits_posted),
    creditsPending: parseBalance(row.credits_pending),
    creditsPosted: parseBalance(row.credits_posted),
  };
}

/** The sums of accounts, a column of texts for each: what one UPDATE takes. */
export function sumColumns(accounts: readonly Account[]): string[][] {
  return [
    accounts.map(({ accountId }) => accountId),
    accounts.map(({ debitsPending }) => formatBalance(debitsPending)),
    accounts.map(({ debitsPosted }) => formatBalance(debitsPosted)),
    accounts.map(({ creditsPending }) => formatBalance(creditsPending)),
    accounts.map(({ creditsPosted }) => formatBalance(creditsPosted)),
  ];
}
