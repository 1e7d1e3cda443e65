import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { AccountExists, type Account } from './account.js';
import { AccountRepository } from './account.repository.js';

@Injectable()
export class OpenAccount {
  constructor(
    private readonly transactions: Transactions,
    private readonly accounts: AccountRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {AccountExists} */
  async execute(wish: Pick<Account, 'externalRef' | 'baseCurrency'>): Promise<Account> {
    const account: Account = {
      ...wish,
      accountId: uuidv7(),
      status: 'ACTIVE',
      version: 1,
      createdAt: this.clock.now(),
    };
    const inserted = await this.transactions.run((tx) => this.accounts.insert(tx, account));
    if (!inserted) throw new AccountExists(wish.externalRef);
    return account;
  }
}
