import { Controller, Get, Post, Res } from '@nestjs/common';
import {
  BodyLimit,
  CurrentPrincipal,
  IdempotentBy,
  JsonBody,
  PathParam,
  Produces,
  Scopes,
  Summary,
  type Principal,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { DecideTransfer } from './decide-transfer.js';
import { EvaluateTransfer } from './evaluate-transfer.js';
import { EvaluateTransfers } from './evaluate-transfers.js';
import { GetTransfer } from './get-transfer.js';
import {
  BULK_BODY_BYTES,
  decideBody,
  evaluateBody,
  evaluateManyBody,
  evaluationBody,
  evaluationsBody,
  settlementIdField,
  toBody,
  toEvaluation,
  toResult,
  toTransfer,
  transferBody,
} from './transfers.dto.js';

@Controller('transfers')
export class TransfersController {
  constructor(
    private readonly evaluateTransfer: EvaluateTransfer,
    private readonly evaluateTransfers: EvaluateTransfers,
    private readonly decideTransfer: DecideTransfer,
    private readonly getTransfer: GetTransfer,
  ) {}

  @Post('evaluate')
  @Summary('Say of up to 500 transfers whether they may go on')
  @Scopes('compliance:write')
  @BodyLimit(BULK_BODY_BYTES)
  @IdempotentBy('settlement_id of each transfer')
  @Produces({ status: 200, description: 'One result for each', schema: evaluationsBody })
  async evaluateMany(
    @JsonBody(evaluateManyBody) { transfers }: z.infer<typeof evaluateManyBody>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<z.infer<typeof evaluationsBody>> {
    const asked = transfers.map(({ settlement_id, ...body }) => toTransfer(settlement_id, body));
    const results = await this.evaluateTransfers.execute(asked, principal.subject);
    return { results: results.map(toResult) };
  }

  @Post(':settlement_id/evaluate')
  @Summary('Say whether a transfer may go on, once for each settlement_id')
  @Scopes('compliance:write')
  @IdempotentBy('settlement_id')
  @Produces(
    { status: 201, description: 'Evaluated', schema: evaluationBody },
    {
      status: 200,
      description: 'It was evaluated before: what is said now',
      schema: evaluationBody,
      headers: { 'Idempotent-Replayed': 'true' },
    },
  )
  async evaluate(
    @PathParam('settlement_id', settlementIdField) settlementId: string,
    @JsonBody(evaluateBody) body: z.infer<typeof evaluateBody>,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof evaluationBody>> {
    const asked = toTransfer(settlementId, body);
    const { transfer, replayed } = await this.evaluateTransfer.execute(asked, principal.subject);
    if (replayed) reply.status(200).header('Idempotent-Replayed', 'true');
    return toEvaluation(transfer);
  }

  @Post(':settlement_id/decision')
  @Summary('Decide a transfer that is held or pending')
  @Scopes('compliance:write')
  @Produces({ status: 200, description: 'Decided', schema: evaluationBody })
  async decide(
    @PathParam('settlement_id', settlementIdField) settlementId: string,
    @JsonBody(decideBody) { decision, reason }: z.infer<typeof decideBody>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<z.infer<typeof evaluationBody>> {
    const wish = { verdict: decision, reason };
    return toEvaluation(await this.decideTransfer.execute(settlementId, wish, principal.subject));
  }

  @Get(':settlement_id')
  @Summary('Read what was said about a transfer')
  @Scopes('compliance:read')
  @Produces({ status: 200, description: 'The transfer', schema: transferBody })
  async get(
    @PathParam('settlement_id', settlementIdField) settlementId: string,
  ): Promise<z.infer<typeof transferBody>> {
    const { transfer, history } = await this.getTransfer.execute(settlementId);
    return toBody(transfer, history);
  }
}
