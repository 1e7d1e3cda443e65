import { Module } from '@nestjs/common';
import { TimelineModule } from '../timeline/timeline.module.js';
import { AlertReadsController } from './alert-reads.controller.js';
import { AlertRepository } from './alert.repository.js';
import { AlertsController } from './alerts.controller.js';
import { GetAlert } from './get-alert.js';
import { ListAlerts } from './list-alerts.js';
import { LockFiringAlert } from './lock-firing-alert.js';
import { ReportAlerts } from './report-alerts.js';
import { ResolveAlert } from './resolve-alert.js';

@Module({
  imports: [TimelineModule],
  controllers: [AlertsController, AlertReadsController],
  providers: [AlertRepository, GetAlert, ListAlerts, LockFiringAlert, ReportAlerts, ResolveAlert],
  exports: [LockFiringAlert],
})
export class AlertsModule {}
