import { Module } from '@nestjs/common';
import { migrationsLock } from '@fusion-prime/risk-engine-migrations';
import type { ServiceParts } from '@fusion-prime/service';
import { AccountEntity } from './accounts/account.entity.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AssetParamsEntity } from './assets/asset-params.entity.js';
import { AssetsModule } from './assets/assets.module.js';
import { PositionEntity } from './positions/position.entity.js';
import { PositionsModule } from './positions/positions.module.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [AccountsModule, AssetsModule, PositionsModule] })
export class RiskEngineModule {}

export const riskEngineParts: ServiceParts = {
  module: RiskEngineModule,
  entities: [AccountEntity, AssetParamsEntity, PositionEntity],
  migrationsLock,
};
