import { Controller, Get } from '@nestjs/common';
import { PathParam, Produces, Scopes, Summary } from '@fusion-prime/service';
import { z } from 'zod';
import { GetTimeline } from './get-timeline.js';
import { timelineBody, toBody } from './timeline.dto.js';

@Controller('alerts/:alert_id/timeline')
export class TimelineController {
  constructor(private readonly getTimeline: GetTimeline) {}

  @Get()
  @Summary('What happened to an alert, oldest first; empty when there is no such alert')
  @Scopes('alert:read')
  @Produces({ status: 200, description: 'The timeline', schema: timelineBody })
  async get(
    @PathParam('alert_id', z.uuid()) alertId: string,
  ): Promise<z.infer<typeof timelineBody>> {
    return toBody(await this.getTimeline.execute(alertId));
  }
}
