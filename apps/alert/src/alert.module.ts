import { Module } from '@nestjs/common';
import { migrationsLock } from '@fusion-prime/alert-migrations';
import type { ServiceParts } from '@fusion-prime/service';
import { AcknowledgementEntity } from './acknowledgements/acknowledgement.entity.js';
import { AcknowledgementsModule } from './acknowledgements/acknowledgements.module.js';
import { AlertEntity } from './alerts/alert.entity.js';
import { AlertsModule } from './alerts/alerts.module.js';
import { TimelineEntryEntity } from './timeline/timeline-entry.entity.js';
import { TimelineModule } from './timeline/timeline.module.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [AlertsModule, AcknowledgementsModule, TimelineModule] })
export class AlertModule {}

export const alertParts: ServiceParts = {
  module: AlertModule,
  entities: [AlertEntity, AcknowledgementEntity, TimelineEntryEntity],
  migrationsLock,
};
