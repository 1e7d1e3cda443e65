import { Controller, Get, Post, Res } from '@nestjs/common';
import { JsonBody, PathParam, Produces, Scopes, Summary } from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { CreateSource } from './create-source.js';
import { GetSource } from './get-source.js';
import { createBody, sourceBody, sourceIdField, toBody, toWish } from './sources.dto.js';

@Controller('sources')
export class SourcesController {
  constructor(
    private readonly createSource: CreateSource,
    private readonly getSource: GetSource,
  ) {}

  @Post()
  @Summary('Create a source of prices')
  @Scopes('price-oracle:write')
  @Produces({ status: 201, description: 'Created', schema: sourceBody })
  async create(
    @JsonBody(createBody) body: z.infer<typeof createBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof sourceBody>> {
    const source = await this.createSource.execute(toWish(body));
    reply.header('Location', `/sources/${source.sourceId}`);
    return toBody(source);
  }

  @Get(':source_id')
  @Summary('Read one source')
  @Scopes('price-oracle:read')
  @Produces({ status: 200, description: 'The source', schema: sourceBody })
  async get(
    @PathParam('source_id', sourceIdField) sourceId: string,
  ): Promise<z.infer<typeof sourceBody>> {
    return toBody(await this.getSource.execute(sourceId));
  }
}
