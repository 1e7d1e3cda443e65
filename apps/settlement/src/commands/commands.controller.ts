import { Controller, Post, Res } from '@nestjs/common';
import {
  BodyByType,
  BodyLimit,
  CurrentPrincipal,
  IdempotentBy,
  JsonBody,
  Produces,
  QueryParams,
  Scopes,
  Summary,
  type Principal,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { bulkAnswer, bulkBody, bulkQuery, toAnswer, toItem } from './bulk.dto.js';
import { commandBody, ingestBody, toBody, toOrder } from './commands.dto.js';
import { IngestBulk } from './ingest-bulk.js';
import { IngestCommand } from './ingest-command.js';

// 10,000 items of 800 bytes each.
const BULK_BYTES = 8 * 1024 * 1024;

@Controller('commands')
export class CommandsController {
  constructor(
    private readonly ingestCommand: IngestCommand,
    private readonly ingestBulk: IngestBulk,
  ) {}

  @Post('ingest')
  @Summary('Take a command in, once')
  // For ever, where a key holds a day; and a key's transaction would keep it out of its group commit.
  @IdempotentBy('command_id')
  @Scopes('settlement:write')
  @Produces(
    { status: 201, description: 'Received', schema: commandBody },
    {
      status: 200,
      description: 'The same command came before: its state now',
      schema: commandBody,
      headers: { 'Idempotent-Replayed': 'true' },
    },
  )
  async ingest(
    @JsonBody(ingestBody) body: z.infer<typeof ingestBody>,
    @CurrentPrincipal() { subject }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof commandBody>> {
    const { command, replayed } = await this.ingestCommand.execute(toOrder(body), subject);
    if (replayed) reply.status(200).header('Idempotent-Replayed', 'true');
    reply.header('Location', `/commands/${command.commandId}`);
    return toBody(command);
  }

  @Post('ingest/bulk')
  @Summary('Take up to 10,000 commands in, as a JSON array or one JSON object a line')
  @IdempotentBy('the command_id of each item')
  @Scopes('settlement:write')
  @BodyLimit(BULK_BYTES)
  @Produces({ status: 200, description: 'What came of each, in their order', schema: bulkAnswer })
  async bulk(
    @BodyByType({ 'application/json': bulkBody, 'application/x-ndjson': bulkBody })
    body: z.infer<typeof bulkBody>,
    @QueryParams(bulkQuery) { atomic }: z.infer<typeof bulkQuery>,
    @CurrentPrincipal() { subject }: Principal,
  ): Promise<z.infer<typeof bulkAnswer>> {
    const results = await this.ingestBulk.execute(body.map(toItem), { atomic, actor: subject });
    return toAnswer(results);
  }
}
