import { Controller, Post } from '@nestjs/common';
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
import { alertIdField } from '../alerts/alerts.dto.js';
import { AcknowledgeAlert } from './acknowledge-alert.js';
import { acknowledgeBody, acknowledgementBody, toBody } from './acknowledgements.dto.js';
import { UnacknowledgeAlert } from './unacknowledge-alert.js';

@Controller('alerts/:alert_id')
export class AcknowledgementsController {
  constructor(
    private readonly acknowledgeAlert: AcknowledgeAlert,
    private readonly unacknowledgeAlert: UnacknowledgeAlert,
  ) {}

  @Post('ack')
  @Summary('Say that you look after a firing alert')
  @Scopes('alert:write')
  @Produces({ status: 201, description: 'Acknowledged', schema: acknowledgementBody })
  async acknowledge(
    @PathParam('alert_id', alertIdField) alertId: string,
    @JsonBody(acknowledgeBody) body: z.infer<typeof acknowledgeBody>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<z.infer<typeof acknowledgementBody>> {
    const { note = null, expires_at: expiry } = body;
    const expiresAt = expiry == null ? null : new Date(expiry);
    const wish = { alertId, actor: principal.subject, note, expiresAt };
    return toBody(await this.acknowledgeAlert.execute(wish));
  }

  @Post('unack')
  @Summary('Withdraw the live acknowledgement')
  @Scopes('alert:write')
  @Produces({ status: 204, description: 'Withdrawn' })
  async unacknowledge(
    @PathParam('alert_id', alertIdField) alertId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.unacknowledgeAlert.execute(alertId, principal.subject);
  }
}
