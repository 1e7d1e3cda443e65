import { Module } from '@nestjs/common';
import { migrationsLock } from '@fusion-prime/risk-engine-migrations';
import type { ServiceParts } from '@fusion-prime/service';
import { AccountsModule } from './accounts/accounts.module.js';
import { AssetsModule } from './assets/assets.module.js';
import { entities } from './entities.js';
import { PositionsModule } from './positions/positions.module.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [AccountsModule, AssetsModule, PositionsModule] })
export class RiskEngineModule {}

export const riskEngineParts: ServiceParts = {
  module: RiskEngineModule,
  entities,
  migrationsLock,
};
