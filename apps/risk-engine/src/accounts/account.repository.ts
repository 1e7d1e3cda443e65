import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { AccountNotFound, type Account, type AccountStatus } from './account.js';

interface AccountRow {
  account_id: string;
  external_ref: string;
  base_currency: string;
  status: AccountStatus;
  version: number;
  created_at: Date;
}

const COLUMNS = 'account_id, external_ref, base_currency, status, version, created_at';

@Injectable()
export class AccountRepository {
  /** False when the external reference is taken. */
  async insert(tx: Tx, account: Account): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO accounts (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (external_ref) DO NOTHING
       RETURNING account_id`,
      [
        account.accountId,
        account.externalRef,
        account.baseCurrency,
        account.status,
        account.version,
        account.createdAt,
      ],
    );
    return rows.length === 1;
  }

  /** @throws {AccountNotFound} */
  async getById(tx: Tx, accountId: string): Promise<Account> {
    return this.read(tx, accountId, '');
  }

  /** Locks the row until the end of the transaction. @throws {AccountNotFound} */
  async lockById(tx: Tx, accountId: string): Promise<Account> {
    return this.read(tx, accountId, 'FOR UPDATE');
  }

  async save(tx: Tx, account: Account): Promise<void> {
    await tx.query('UPDATE accounts SET status = $2, version = $3 WHERE account_id = $1', [
      account.accountId,
      account.status,
      account.version,
    ]);
  }

  private async read(tx: Tx, accountId: string, lock: '' | 'FOR UPDATE'): Promise<Account> {
    const rows = await tx.query<AccountRow[]>(
      `SELECT ${COLUMNS} FROM accounts WHERE account_id = $1 ${lock}`,
      [accountId],
    );
    if (rows[0] === undefined) throw new AccountNotFound(accountId);
    return toAccount(rows[0]);
  }
}

function toAccount(row: AccountRow): Account {
  return {
    accountId: row.account_id,
    externalRef: row.external_ref,
    baseCurrency: row.base_currency,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
  };
}
