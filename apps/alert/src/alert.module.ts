import { Module } from '@nestjs/common';
import { migrationsLock } from '@fusion-prime/alert-migrations';
import type { ServiceParts } from '@fusion-prime/service';
import { AcknowledgementsModule } from './acknowledgements/acknowledgements.module.js';
import { AlertsConsumer } from './alerts/alerts.consumer.js';
import { AlertsModule } from './alerts/alerts.module.js';
import { entities } from './entities.js';
import { TimelineModule } from './timeline/timeline.module.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [AlertsModule, AcknowledgementsModule, TimelineModule] })
export class AlertModule {}

export const alertParts: ServiceParts = {
  module: AlertModule,
  entities,
  migrationsLock,
  consumers: [AlertsConsumer],
};
