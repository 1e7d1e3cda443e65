import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { pageOfSearch, type Page } from '@fusion-prime/kernel';
import type { Command } from './command.js';
import { CommandRepository, type CommandSearch } from './command.repository.js';

@Injectable()
export class ListCommands {
  constructor(
    private readonly transactions: Transactions,
    private readonly commands: CommandRepository,
  ) {}

  async execute(query: CommandSearch): Promise<Page<Command>> {
    const rows = await this.transactions.read((reader) => this.commands.list(reader, query));
    return pageOfSearch(rows, query.limit);
  }
}
