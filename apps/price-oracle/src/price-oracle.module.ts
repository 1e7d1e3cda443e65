import { Module } from '@nestjs/common';
import { migrationsLock } from '@fusion-prime/price-oracle-migrations';
import type { ServiceParts } from '@fusion-prime/service';
import { FeedEntity } from './feeds/feed.entity.js';
import { FeedsModule } from './feeds/feeds.module.js';
import { ObservationEntity } from './observations/observation.entity.js';
import { ObservationsModule } from './observations/observations.module.js';
import { LatestPriceEntity } from './prices/latest-price.entity.js';
import { PricesModule } from './prices/prices.module.js';
import { SourceEntity } from './sources/source.entity.js';
import { SourcesModule } from './sources/sources.module.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [FeedsModule, SourcesModule, ObservationsModule, PricesModule] })
export class PriceOracleModule {}

export const priceOracleParts: ServiceParts = {
  module: PriceOracleModule,
  entities: [FeedEntity, SourceEntity, ObservationEntity, LatestPriceEntity],
  migrationsLock,
};
