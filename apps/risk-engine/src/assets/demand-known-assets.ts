import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { UnknownAssets } from './asset-params.js';
import { AssetParamsRepository } from './asset-params.repository.js';

/** Parameters are never removed, so an asset that is known in a transaction stays known. */
@Injectable()
export class DemandKnownAssets {
  constructor(private readonly params: AssetParamsRepository) {}

  /** @throws {UnknownAssets} naming every one. */
  async execute(tx: Tx, assetIds: readonly string[]): Promise<void> {
    const unknown = await this.params.unknownOf(tx, assetIds);
    if (unknown.length > 0) throw new UnknownAssets(unknown);
  }
}
