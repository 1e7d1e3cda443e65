import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { BumpAccount } from '../accounts/bump-account.js';
import { DemandKnownAssets } from '../assets/demand-known-assets.js';
import type { Position } from './position.js';
import { PositionRepository } from './position.repository.js';

export interface AccountPositions {
  accountId: string;
  /** Of the account: what the next change must name. */
  version: number;
  positions: Position[];
}

@Injectable()
export class SetPositions {
  constructor(
    private readonly transactions: Transactions,
    private readonly bumpAccount: BumpAccount,
    private readonly demandKnownAssets: DemandKnownAssets,
    private readonly positions: PositionRepository,
  ) {}

  /** All or none. @throws {AccountNotFound} {AccountChanged} {UnknownAssets} */
  async execute(
    accountId: string,
    expectedVersion: number,
    positions: readonly Position[],
  ): Promise<AccountPositions> {
    return this.transactions.run(async (tx) => {
      const { version } = await this.bumpAccount.execute(tx, accountId, expectedVersion);
      await this.demandKnownAssets.execute(
        tx,
        positions.map(({ assetId }) => assetId),
      );
      await this.positions.replaceAll(tx, accountId, positions);
      return { accountId, version, positions: await this.positions.listOf(tx, accountId) };
    });
  }
}
