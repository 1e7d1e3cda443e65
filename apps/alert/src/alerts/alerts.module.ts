import { Module } from '@nestjs/common';
import { TimelineModule } from '../timeline/timeline.module.js';
import { AlertReadsController } from './alert-reads.controller.js';
import { AlertRepository } from './alert.repository.js';
import { AlertsConsumer } from './alerts.consumer.js';
import { AlertsController } from './alerts.controller.js';
import { GetAlert } from './get-alert.js';
import { ListAlerts } from './list-alerts.js';
import { LockFiringAlert } from './lock-firing-alert.js';
import { RecordReports } from './record-reports.js';
import { ReportAlerts } from './report-alerts.js';
import { ResolveAlert } from './resolve-alert.js';

@Module({
  imports: [TimelineModule],
  controllers: [AlertsController, AlertReadsController],
  providers: [
    AlertRepository,
    AlertsConsumer,
    GetAlert,
    ListAlerts,
    LockFiringAlert,
    RecordReports,
    ReportAlerts,
    ResolveAlert,
  ],
  exports: [AlertsConsumer, LockFiringAlert],
})
export class AlertsModule {}
