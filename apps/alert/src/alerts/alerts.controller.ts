import { Controller, Post } from '@nestjs/common';
import { Clock } from '@fusion-prime/kernel';
import {
  CurrentPrincipal,
  JsonBody,
  PathParam,
  Produces,
  Scopes,
  Summary,
  type Principal,
} from '@fusion-prime/service';
import type { z } from 'zod';
import {
  alertBody,
  alertIdField,
  reportBody,
  reportedBody,
  toBody,
  toReports,
} from './alerts.dto.js';
import { ReportAlerts } from './report-alerts.js';
import { ResolveAlert } from './resolve-alert.js';

@Controller('alerts')
export class AlertsController {
  constructor(
    private readonly reportAlerts: ReportAlerts,
    private readonly resolveAlert: ResolveAlert,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Summary('Report up to 100 troubles, or their end; all are taken or none')
  @Scopes('alert:write')
  @Produces({ status: 200, description: 'One result for each report', schema: reportedBody })
  async report(
    @JsonBody(reportBody) body: z.infer<typeof reportBody>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<z.infer<typeof reportedBody>> {
    const reports = toReports(body, this.clock.now());
    const reported = await this.reportAlerts.execute(reports, principal.subject);
    return {
      results: reported.map(({ outcome, alert }) => ({
        outcome,
        alert: alert === null ? null : toBody(alert),
      })),
    };
  }

  @Post(':alert_id/resolve')
  @Summary('End an episode by hand')
  @Scopes('alert:write')
  @Produces({ status: 200, description: 'The resolved alert', schema: alertBody })
  async resolve(
    @PathParam('alert_id', alertIdField) alertId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<z.infer<typeof alertBody>> {
    return toBody(await this.resolveAlert.execute(alertId, principal.subject));
  }
}
