import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { AssetParams } from './asset-params.js';
import { AssetParamsRepository } from './asset-params.repository.js';

@Injectable()
export class GetAssetParams {
  constructor(
    private readonly transactions: Transactions,
    private readonly params: AssetParamsRepository,
  ) {}

  /** The version that holds now. @throws {AssetNotFound} */
  async execute(assetId: string): Promise<AssetParams> {
    return this.transactions.run((tx) => this.params.getLatest(tx, assetId));
  }
}
