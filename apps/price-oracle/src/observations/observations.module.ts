import { Module } from '@nestjs/common';
import { FeedsModule } from '../feeds/feeds.module.js';
import { PricesModule } from '../prices/prices.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { ObservationRepository } from './observation.repository.js';
import { ObservationsController } from './observations.controller.js';
import { RecordObservation } from './record-observation.js';

@Module({
  imports: [FeedsModule, PricesModule, SourcesModule],
  controllers: [ObservationsController],
  providers: [ObservationRepository, RecordObservation],
})
export class ObservationsModule {}
