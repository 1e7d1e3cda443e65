import { Module } from '@nestjs/common';
import { AssetParamsRepository } from './asset-params.repository.js';
import { AssetsController } from './assets.controller.js';
import { DemandKnownAssets } from './demand-known-assets.js';
import { GetAssetParams } from './get-asset-params.js';
import { SetAssetParams } from './set-asset-params.js';

@Module({
  controllers: [AssetsController],
  providers: [AssetParamsRepository, DemandKnownAssets, GetAssetParams, SetAssetParams],
  exports: [DemandKnownAssets],
})
export class AssetsModule {}
