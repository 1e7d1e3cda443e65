import { Module } from '@nestjs/common';
import { migrationsLock } from '@fusion-prime/price-oracle-migrations';
import type { ServiceParts } from '@fusion-prime/service';
import { entities } from './entities.js';
import { FeedsModule } from './feeds/feeds.module.js';
import { ObservationsModule } from './observations/observations.module.js';
import { PricesModule } from './prices/prices.module.js';
import { SourcesModule } from './sources/sources.module.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [FeedsModule, SourcesModule, ObservationsModule, PricesModule] })
export class PriceOracleModule {}

export const priceOracleParts: ServiceParts = {
  module: PriceOracleModule,
  entities,
  migrationsLock,
};
