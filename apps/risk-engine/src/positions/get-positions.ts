import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { GetAccount } from '../accounts/get-account.js';
import { PositionRepository } from './position.repository.js';
import type { AccountPositions } from './set-positions.js';

@Injectable()
export class GetPositions {
  constructor(
    private readonly transactions: Transactions,
    private readonly getAccount: GetAccount,
    private readonly positions: PositionRepository,
  ) {}

  /**
   * The version is read first: positions that change in between make the next If-Match fail, which is
   * the safe side.
   *
   * @throws {AccountNotFound}
   */
  async execute(accountId: string): Promise<AccountPositions> {
    const { version } = await this.getAccount.execute(accountId);
    const positions = await this.transactions.run((tx) => this.positions.listOf(tx, accountId));
    return { accountId, version, positions };
  }
}
