import { Controller, Get, Post } from '@nestjs/common';
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
import { subjectIdField } from '../subjects/subjects.dto.js';
import {
  checkBody,
  checkIdField,
  checkListBody,
  moveBody,
  startBody,
  toBody,
  toMove,
  toTransitionBody,
} from './checks.dto.js';
import { ListChecks } from './list-checks.js';
import { MoveCheck } from './move-check.js';
import { StartCheck } from './start-check.js';

@Controller()
export class ChecksController {
  constructor(
    private readonly startCheck: StartCheck,
    private readonly moveCheck: MoveCheck,
    private readonly listChecks: ListChecks,
  ) {}

  @Post('subjects/:subject_id/checks')
  @Summary('Start a check of a subject')
  @Scopes('compliance:write')
  @Produces({ status: 201, description: 'Started', schema: checkBody })
  async start(
    @PathParam('subject_id', subjectIdField) subjectId: string,
    @JsonBody(startBody) body: z.infer<typeof startBody>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<z.infer<typeof checkBody>> {
    const { kind, provider = null, provider_ref: providerRef = null } = body;
    const wish = { subjectId, kind, provider, providerRef };
    return toBody(await this.startCheck.execute(wish, principal.subject));
  }

  @Get('subjects/:subject_id/checks')
  @Summary('List the checks of a subject, newest first, each with its history')
  @Scopes('compliance:read')
  @Produces({ status: 200, description: 'The newest 200 checks', schema: checkListBody })
  async list(
    @PathParam('subject_id', subjectIdField) subjectId: string,
  ): Promise<z.infer<typeof checkListBody>> {
    const found = await this.listChecks.execute(subjectId);
    return {
      data: found.map(({ check, transitions }) => ({
        ...toBody(check),
        transitions: transitions.map(toTransitionBody),
      })),
    };
  }

  @Post('checks/:check_id/transition')
  @Summary('Move a check to its next state')
  @Scopes('compliance:write')
  @Produces({ status: 200, description: 'The moved check', schema: checkBody })
  async move(
    @PathParam('check_id', checkIdField) checkId: string,
    @JsonBody(moveBody) body: z.infer<typeof moveBody>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<z.infer<typeof checkBody>> {
    return toBody(await this.moveCheck.execute(checkId, toMove(body), principal.subject));
  }
}
