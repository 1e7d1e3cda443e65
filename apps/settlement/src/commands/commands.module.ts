import { Module } from '@nestjs/common';
import { CommandRepository } from './command.repository.js';
import { CommandsController } from './commands.controller.js';
import { GetCommand } from './get-command.js';
import { IngestCommand } from './ingest-command.js';
import { ListCommands } from './list-commands.js';

@Module({
  controllers: [CommandsController],
  providers: [CommandRepository, GetCommand, IngestCommand, ListCommands],
})
export class CommandsModule {}
