import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Account } from './account.js';
import { AccountRepository } from './account.repository.js';

@Injectable()
export class GetAccount {
  constructor(
    private readonly transactions: Transactions,
    private readonly accounts: AccountRepository,
  ) {}

  /** @throws {AccountNotFound} */
  async execute(accountId: string): Promise<Account> {
    return this.transactions.run((tx) => this.accounts.getById(tx, accountId));
  }
}
