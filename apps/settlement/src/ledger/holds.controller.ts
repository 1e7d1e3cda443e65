import { Controller, Get, Post, Res } from '@nestjs/common';
import { parseAmount } from '@fusion-prime/kernel';
import { JsonBody, PathParam, Produces, Scopes, Summary } from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { GetHold } from './get-hold.js';
import {
  captureBody,
  heldBody,
  holdBody,
  holdIdField,
  holdOrderBody,
  toBalance,
  toHold,
  toHoldOrder,
} from './ledger.dto.js';
import { PlaceHold, type HoldAndAccount } from './place-hold.js';
import { ResolveHold } from './resolve-hold.js';

@Controller('holds')
export class HoldsController {
  constructor(
    private readonly placeHold: PlaceHold,
    private readonly resolveHold: ResolveHold,
    private readonly getHold: GetHold,
  ) {}

  @Post()
  @Summary('Set funds aside for somebody')
  @Scopes('settlement:write')
  @Produces({ status: 201, description: 'Held', schema: heldBody })
  async place(
    @JsonBody(holdOrderBody) body: z.infer<typeof holdOrderBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof heldBody>> {
    const held = await this.placeHold.execute(toHoldOrder(body));
    reply.header('Location', `/holds/${held.hold.holdId}`);
    return toBody(held);
  }

  @Get(':hold_id')
  @Summary('Read one hold')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'The hold', schema: holdBody })
  async get(@PathParam('hold_id', holdIdField) holdId: string): Promise<z.infer<typeof holdBody>> {
    return toHold(await this.getHold.execute(holdId));
  }

  @Post(':hold_id/capture')
  @Summary('Take what is held, or a part of it; the rest is released')
  @Scopes('settlement:write')
  @Produces({ status: 200, description: 'Captured', schema: heldBody })
  async capture(
    @PathParam('hold_id', holdIdField) holdId: string,
    @JsonBody(captureBody) { amount }: z.infer<typeof captureBody>,
  ): Promise<z.infer<typeof heldBody>> {
    const wanted = amount == null ? undefined : parseAmount(amount);
    return toBody(await this.resolveHold.capture(holdId, wanted));
  }

  @Post(':hold_id/void')
  @Summary('Give back what is held')
  @Scopes('settlement:write')
  @Produces({ status: 200, description: 'Given back', schema: heldBody })
  async void(@PathParam('hold_id', holdIdField) holdId: string): Promise<z.infer<typeof heldBody>> {
    return toBody(await this.resolveHold.void(holdId));
  }
}

function toBody({ hold, account }: HoldAndAccount): z.infer<typeof heldBody> {
  return { ...toHold(hold), balance: toBalance(account) };
}
