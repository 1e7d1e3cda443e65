import { Controller, Get, Post, Res } from '@nestjs/common';
import {
  Cursors,
  IdempotentBy,
  JsonBody,
  PathParam,
  Produces,
  QueryParams,
  Scopes,
  Summary,
} from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import {
  commandBody,
  commandIdField,
  commandPageBody,
  ingestBody,
  listQuery,
  toBody,
  toOrder,
} from './commands.dto.js';
import { GetCommand } from './get-command.js';
import { IngestCommand } from './ingest-command.js';
import { ListCommands } from './list-commands.js';

@Controller('commands')
export class CommandsController {
  constructor(
    private readonly ingestCommand: IngestCommand,
    private readonly getCommand: GetCommand,
    private readonly listCommands: ListCommands,
    private readonly cursors: Cursors,
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
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof commandBody>> {
    const { command, replayed } = await this.ingestCommand.execute(toOrder(body));
    if (replayed) reply.status(200).header('Idempotent-Replayed', 'true');
    reply.header('Location', `/commands/${command.commandId}`);
    return toBody(command);
  }

  @Get(':command_id')
  @Summary('Read one command')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'The command', schema: commandBody })
  async get(
    @PathParam('command_id', commandIdField) commandId: string,
  ): Promise<z.infer<typeof commandBody>> {
    return toBody(await this.getCommand.execute(commandId));
  }

  @Get()
  @Summary('List commands, newest first')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'A page', schema: commandPageBody })
  async list(
    @QueryParams(listQuery) query: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof commandPageBody>> {
    const { limit, cursor, ...asked } = query;
    const filters = { list: 'commands', ...asked };
    const { items, next } = await this.listCommands.execute({
      filter: {
        workflowId: asked.workflow_id,
        accountRef: asked.account_ref,
        status: asked.status,
      },
      after: this.cursors.read(filters, cursor),
      limit,
    });
    return {
      data: items.map(toBody),
      next_cursor: this.cursors.write(filters, next),
    };
  }
}
