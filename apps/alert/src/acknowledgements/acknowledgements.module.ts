import { Module } from '@nestjs/common';
import { AlertsModule } from '../alerts/alerts.module.js';
import { TimelineModule } from '../timeline/timeline.module.js';
import { AcknowledgeAlert } from './acknowledge-alert.js';
import { AcknowledgementRepository } from './acknowledgement.repository.js';
import { AcknowledgementsController } from './acknowledgements.controller.js';
import { UnacknowledgeAlert } from './unacknowledge-alert.js';

@Module({
  imports: [AlertsModule, TimelineModule],
  controllers: [AcknowledgementsController],
  providers: [AcknowledgeAlert, AcknowledgementRepository, UnacknowledgeAlert],
})
export class AcknowledgementsModule {}
