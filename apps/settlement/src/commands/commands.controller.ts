import { Controller, Post, Res } from '@nestjs/common';
import {
  CurrentPrincipal,
  IdempotentBy,
  JsonBody,
  Produces,
  Scopes,
  Summary,
  type Principal,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { commandBody, ingestBody, toBody, toOrder } from './commands.dto.js';
import { IngestCommand } from './ingest-command.js';

@Controller('commands')
export class CommandsController {
  constructor(private readonly ingestCommand: IngestCommand) {}

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
}
