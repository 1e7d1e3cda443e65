import { Controller, Post, Res } from '@nestjs/common';
import { Clock } from '@fusion-prime/kernel';
import {
  CurrentPrincipal,
  JsonBody,
  PathParam,
  Produces,
  Scopes,
  Summary,
  type Principal,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { feedIdField } from '../feeds/feeds.dto.js';
import { canonicalPrice } from '../prices/price.js';
import { recordBody, recordedBody } from './observations.dto.js';
import { RecordObservation } from './record-observation.js';

@Controller('feeds/:feed_id/observations')
export class ObservationsController {
  constructor(
    private readonly recordObservation: RecordObservation,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Summary('Record what a MANUAL source says')
  @Scopes('price-oracle:write')
  @Produces(
    { status: 201, description: 'Recorded', schema: recordedBody },
    {
      status: 200,
      description: 'The same observation was recorded before',
      schema: recordedBody,
      headers: { 'Idempotent-Replayed': 'true' },
    },
  )
  async record(
    @PathParam('feed_id', feedIdField) feedId: string,
    @JsonBody(recordBody) body: z.infer<typeof recordBody>,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof recordedBody>> {
    const observedAt = new Date(body.observed_at);
    const { isNew, isLatest } = await this.recordObservation.execute(
      {
        feedId,
        sourceId: body.source_id,
        observedAt,
        price: body.price,
        observedBy: principal.subject,
      },
      this.clock.now(),
    );
    if (!isNew) reply.status(200).header('Idempotent-Replayed', 'true');
    return {
      feed_id: feedId,
      source_id: body.source_id,
      price: canonicalPrice(body.price),
      observed_at: observedAt.toISOString(),
      is_latest: isLatest,
    };
  }
}
