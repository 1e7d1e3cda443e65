import { Controller, Get, Post, Res } from '@nestjs/common';
import {
  Cursors,
  ETAG_HEADER,
  etagOf,
  JsonBody,
  PathParam,
  Produces,
  QueryParams,
  Scopes,
  Summary,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { CreateEscrow } from './create-escrow.js';
import {
  escrowBody,
  escrowIdField,
  escrowOrderBody,
  escrowPageBody,
  escrowsQuery,
  toBody,
  toOrder,
} from './escrows.dto.js';
import { GetEscrow } from './get-escrow.js';
import { ListEscrows } from './list-escrows.js';

@Controller('escrows')
export class EscrowsController {
  constructor(
    private readonly createEscrow: CreateEscrow,
    private readonly getEscrow: GetEscrow,
    private readonly listEscrows: ListEscrows,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Summary('Agree on an escrow; no money moves yet')
  @Scopes('settlement:write')
  @Produces({ status: 201, description: 'Created', schema: escrowBody, headers: ETAG_HEADER })
  async create(
    @JsonBody(escrowOrderBody) body: z.infer<typeof escrowOrderBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof escrowBody>> {
    const escrow = await this.createEscrow.execute(toOrder(body));
    reply.header('Location', `/escrows/${escrow.escrowId}`).header('ETag', etagOf(escrow.version));
    return toBody(escrow);
  }

  @Get(':escrow_id')
  @Summary('Read one escrow')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'The escrow', schema: escrowBody, headers: ETAG_HEADER })
  async get(
    @PathParam('escrow_id', escrowIdField) escrowId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof escrowBody>> {
    const escrow = await this.getEscrow.execute(escrowId);
    reply.header('ETag', etagOf(escrow.version));
    return toBody(escrow);
  }

  @Get()
  @Summary('List escrows, newest first')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'A page', schema: escrowPageBody })
  async list(
    @QueryParams(escrowsQuery) { limit, cursor, state }: z.infer<typeof escrowsQuery>,
  ): Promise<z.infer<typeof escrowPageBody>> {
    const filters = { list: 'escrows', state };
    const after = this.cursors.read(filters, cursor);
    const { items, next } = await this.listEscrows.execute({ state, after, limit });
    return { data: items.map(toBody), next_cursor: this.cursors.write(filters, next) };
  }
}
