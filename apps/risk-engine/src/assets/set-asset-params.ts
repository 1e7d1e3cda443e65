import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import type { AssetParams, AssetTerms } from './asset-params.js';
import { AssetParamsRepository } from './asset-params.repository.js';

@Injectable()
export class SetAssetParams {
  constructor(
    private readonly transactions: Transactions,
    private readonly params: AssetParamsRepository,
    private readonly clock: Clock,
  ) {}

  /** Adds the next version; the ones before stay as they were. */
  async execute(assetId: string, terms: AssetTerms): Promise<AssetParams> {
    return this.transactions.run(async (tx) => {
      await this.params.lockAsset(tx, assetId);
      const latest = await this.params.findLatest(tx, assetId);
      const version = (latest?.version ?? 0) + 1;
      const next = { ...terms, assetId, version, validFrom: this.clock.now() };
      await this.params.insert(tx, next);
      return next;
    });
  }
}
