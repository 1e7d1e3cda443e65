import { Controller, Post, Res } from '@nestjs/common';
import { parseAmount } from '@fusion-prime/kernel';
import {
  ETAG_HEADER,
  etagOf,
  IdempotentBy,
  IfMatch,
  JsonBody,
  PathParam,
  Produces,
  Scopes,
  Summary,
  versionIfAny,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { ActOnEscrow } from './act-on-escrow.js';
import type { EscrowAct } from './escrow.js';
import { actBody, escrowBody, escrowIdField, splitBody, toBody } from './escrows.dto.js';

type Body = z.infer<typeof escrowBody>;
type Act = z.infer<typeof actBody>;

/** The route of one act of a party. */
function ActRoute(name: EscrowAct['act'], summary: string): MethodDecorator {
  const decorators = [
    Post(`:escrow_id/${name}`),
    Summary(summary),
    IdempotentBy('the state that it leads to'),
    Scopes('settlement:write'),
    Produces({
      status: 200,
      description: 'The escrow after it',
      schema: escrowBody,
      headers: ETAG_HEADER,
    }),
  ];
  return (target, method, descriptor) => {
    for (const decorate of decorators) decorate(target, method, descriptor);
  };
}

const id = (): ParameterDecorator => PathParam('escrow_id', escrowIdField);
const reply = (): ParameterDecorator => Res({ passthrough: true });

@Controller('escrows')
export class EscrowActsController {
  constructor(private readonly actOnEscrow: ActOnEscrow) {}

  @ActRoute('fund', 'The payer puts the money in')
  async fund(
    @id() escrowId: string,
    @JsonBody(actBody) body: Act,
    @IfMatch() ifMatch: string | undefined,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.act(escrowId, { act: 'fund' }, { body, ifMatch, answer });
  }

  @ActRoute('release', 'Payer or arbiter gives the money to the payee')
  async release(
    @id() escrowId: string,
    @JsonBody(actBody) body: Act,
    @IfMatch() ifMatch: string | undefined,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.act(escrowId, { act: 'release' }, { body, ifMatch, answer });
  }

  @ActRoute('refund', 'Payee or arbiter gives the money back')
  async refund(
    @id() escrowId: string,
    @JsonBody(actBody) body: Act,
    @IfMatch() ifMatch: string | undefined,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.act(escrowId, { act: 'refund' }, { body, ifMatch, answer });
  }

  @ActRoute('dispute', 'Payer or payee calls the arbiter')
  async dispute(
    @id() escrowId: string,
    @JsonBody(actBody) body: Act,
    @IfMatch() ifMatch: string | undefined,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.act(escrowId, { act: 'dispute' }, { body, ifMatch, answer });
  }

  @ActRoute('cancel', 'Payer or payee ends it before there is money in it')
  async cancel(
    @id() escrowId: string,
    @JsonBody(actBody) body: Act,
    @IfMatch() ifMatch: string | undefined,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    return this.act(escrowId, { act: 'cancel' }, { body, ifMatch, answer });
  }

  @ActRoute('split', 'The arbiter gives each a part')
  async split(
    @id() escrowId: string,
    @JsonBody(splitBody) body: z.infer<typeof splitBody>,
    @IfMatch() ifMatch: string | undefined,
    @reply() answer: FastifyReply,
  ): Promise<Body> {
    const parts = { released: parseAmount(body.released), refunded: parseAmount(body.refunded) };
    return this.act(escrowId, { act: 'split', ...parts }, { body, ifMatch, answer });
  }

  private async act(
    escrowId: string,
    wish: EscrowAct,
    { body, ifMatch, answer }: { body: Act; ifMatch: string | undefined; answer: FastifyReply },
  ): Promise<Body> {
    const acting = { actingParty: body.acting_party, version: versionIfAny(ifMatch) };
    const escrow = await this.actOnEscrow.execute(escrowId, wish, acting);
    answer.header('ETag', etagOf(escrow.version));
    return toBody(escrow);
  }
}
