import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { pageOf, type KeysetPosition, type Page } from '@fusion-prime/kernel';
import type { Command } from './command.js';
import { CommandRepository, type CommandFilter } from './command.repository.js';

@Injectable()
export class ListCommands {
  constructor(
    private readonly transactions: Transactions,
    private readonly commands: CommandRepository,
  ) {}

  async execute(query: {
    filter: CommandFilter;
    after: KeysetPosition | null;
    limit: number;
  }): Promise<Page<Command>> {
    const found = await this.transactions.read((reader) => this.commands.list(reader, query));
    return pageOf(found, query.limit);
  }
}
