import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import {
  CommandIdReused,
  firstDifference,
  receive,
  type Command,
  type CommandOrder,
} from './command.js';
import { CommandRepository } from './command.repository.js';

export interface Ingested {
  command: Command;
  /** True when this id was ingested before, with the same content. */
  replayed: boolean;
}

@Injectable()
export class IngestCommand {
  constructor(
    private readonly transactions: Transactions,
    private readonly commands: CommandRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {CommandIdReused} naming the first field that differs. */
  async execute(order: CommandOrder): Promise<Ingested> {
    return this.transactions.run(async (tx) => {
      const received = receive(order, this.clock.now());
      if (await this.commands.insert(tx, received)) return { command: received, replayed: false };
      // ON CONFLICT waited for the other transaction: its row is committed and never goes away.
      const stored = await this.commands.getById(tx, order.commandId);
      const field = firstDifference(stored, received);
      if (field !== null) throw new CommandIdReused(order.commandId, field);
      return { command: stored, replayed: true };
    });
  }
}
