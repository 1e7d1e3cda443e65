import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Command } from './command.js';
import { CommandRepository } from './command.repository.js';

@Injectable()
export class GetCommand {
  constructor(
    private readonly transactions: Transactions,
    private readonly commands: CommandRepository,
  ) {}

  /** @throws {CommandNotFound} */
  async execute(commandId: string): Promise<Command> {
    return this.transactions.read((reader) => this.commands.getById(reader, commandId));
  }
}
