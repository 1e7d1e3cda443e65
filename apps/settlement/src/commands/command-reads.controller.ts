import { Controller, Get, Res } from '@nestjs/common';
import {
  Cursors,
  ETAG_HEADER,
  etagOf,
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
  historyBody,
  listQuery,
  toBody,
  toHistory,
} from './commands.dto.js';
import { GetCommand } from './get-command.js';
import { GetHistory } from './get-history.js';
import { ListCommands } from './list-commands.js';

@Controller('commands')
export class CommandReadsController {
  constructor(
    private readonly getCommand: GetCommand,
    private readonly getHistory: GetHistory,
    private readonly listCommands: ListCommands,
    private readonly cursors: Cursors,
  ) {}

  @Get(':command_id')
  @Summary('Read one command')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'The command', schema: commandBody, headers: ETAG_HEADER })
  async get(
    @PathParam('command_id', commandIdField) commandId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof commandBody>> {
    const command = await this.getCommand.execute(commandId);
    reply.header('ETag', etagOf(command.version));
    return toBody(command);
  }

  @Get(':command_id/history')
  @Summary('Every step of a command, oldest first')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'Its steps', schema: historyBody })
  async history(
    @PathParam('command_id', commandIdField) commandId: string,
  ): Promise<z.infer<typeof historyBody>> {
    return toHistory(await this.getHistory.execute(commandId));
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
