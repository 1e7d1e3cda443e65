import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Account } from './account.js';
import { AccountRepository } from './account.repository.js';
import { BalancesRepository } from './balances.repository.js';

@Injectable()
export class GetBalances {
  constructor(
    private readonly transactions: Transactions,
    private readonly accounts: AccountRepository,
    private readonly balances: BalancesRepository,
  ) {}

  /** An account nobody has paid into yet has no assets: the list is empty, not missing. */
  async execute(query: {
    ref: string;
    asset: string | undefined;
    at: Date | undefined;
  }): Promise<Account[]> {
    const { at, ...which } = query;
    return this.transactions.read((reader) =>
      at === undefined
        ? this.accounts.listByRef(reader, which)
        : this.balances.listAt(reader, { ...which, at }),
    );
  }
}
