import { Controller, Get } from '@nestjs/common';
import { Cursors, PathParam, Produces, QueryParams, Scopes, Summary } from '@fusion-prime/service';
import type { z } from 'zod';
import { alertBody, alertIdField, alertPageBody, listQuery, toBody } from './alerts.dto.js';
import { GetAlert } from './get-alert.js';
import { ListAlerts } from './list-alerts.js';

@Controller('alerts')
export class AlertReadsController {
  constructor(
    private readonly getAlert: GetAlert,
    private readonly listAlerts: ListAlerts,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Summary('List alerts, newest first')
  @Scopes('alert:read')
  @Produces({ status: 200, description: 'A page', schema: alertPageBody })
  async list(
    @QueryParams(listQuery) { limit, cursor, ...filter }: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof alertPageBody>> {
    const filters = { list: 'alerts', ...filter };
    const { items, next } = await this.listAlerts.execute({
      filter: { state: filter.state, severity: filter.severity },
      after: this.cursors.read(filters, cursor),
      limit,
    });
    return {
      data: items.map(toBody),
      next_cursor: this.cursors.write(filters, next),
    };
  }

  @Get(':alert_id')
  @Summary('Read one alert')
  @Scopes('alert:read')
  @Produces({ status: 200, description: 'The alert', schema: alertBody })
  async get(
    @PathParam('alert_id', alertIdField) alertId: string,
  ): Promise<z.infer<typeof alertBody>> {
    return toBody(await this.getAlert.execute(alertId));
  }
}
