import { Controller, Get, Put, Res } from '@nestjs/common';
import {
  ETAG_HEADER,
  etagOf,
  IfMatch,
  JsonBody,
  PathParam,
  Produces,
  Scopes,
  Summary,
  versionOf,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { accountIdField } from '../accounts/accounts.dto.js';
import { GetPositions } from './get-positions.js';
import { positionsBody, setBody, toBody, toPositions } from './positions.dto.js';
import { SetPositions } from './set-positions.js';

type PositionsBody = z.infer<typeof positionsBody>;

@Controller('accounts/:account_id/positions')
export class PositionsController {
  constructor(
    private readonly setPositions: SetPositions,
    private readonly getPositions: GetPositions,
  ) {}

  @Put()
  @Summary('Put these positions in the place of all that the account has; needs If-Match')
  @Scopes('risk-engine:write')
  @Produces({
    status: 200,
    description: 'The positions now',
    schema: positionsBody,
    headers: ETAG_HEADER,
  })
  async set(
    @PathParam('account_id', accountIdField) accountId: string,
    @IfMatch('demanded') ifMatch: string | undefined,
    @JsonBody(setBody) body: z.infer<typeof setBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PositionsBody> {
    const version = versionOf(ifMatch);
    const held = await this.setPositions.execute(accountId, version, toPositions(body));
    reply.header('ETag', etagOf(held.version));
    return toBody(held);
  }

  @Get()
  @Summary('Read the positions of an account')
  @Scopes('risk-engine:read')
  @Produces({
    status: 200,
    description: 'The positions',
    schema: positionsBody,
    headers: ETAG_HEADER,
  })
  async get(
    @PathParam('account_id', accountIdField) accountId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PositionsBody> {
    const held = await this.getPositions.execute(accountId);
    reply.header('ETag', etagOf(held.version));
    return toBody(held);
  }
}
