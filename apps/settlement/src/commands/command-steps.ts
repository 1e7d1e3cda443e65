import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Command } from './command.js';
import { ExecuteCommands } from './execute-commands.js';
import { ExpireCommands } from './expire-commands.js';
import { SettleCommands } from './settle-commands.js';
import { ValidateCommands } from './validate-commands.js';

/** What the worker does with commands of each status, a transaction for each step. */
@Injectable()
export class CommandSteps {
  constructor(
    private readonly transactions: Transactions,
    private readonly validateCommands: ValidateCommands,
    private readonly executeCommands: ExecuteCommands,
    private readonly settleCommands: SettleCommands,
    private readonly expireCommands: ExpireCommands,
  ) {}

  /** @throws {ComplianceUnavailable} with nothing changed */
  async validate(commands: readonly Command[], actor: string): Promise<Command[]> {
    if (commands.length === 0) return [];
    return this.validateCommands.execute(commands, actor);
  }

  async execute(commands: readonly Command[], actor: string): Promise<Command[]> {
    if (commands.length === 0) return [];
    return this.transactions.run((tx) => this.executeCommands.execute(tx, idsOf(commands), actor));
  }

  async settle(commands: readonly Command[], actor: string): Promise<Command[]> {
    if (commands.length === 0) return [];
    return this.transactions.run((tx) => this.settleCommands.execute(tx, idsOf(commands), actor));
  }

  /** @returns those whose time is not over */
  async expire(commands: readonly Command[], actor: string): Promise<Command[]> {
    if (commands.length === 0) return [];
    return this.transactions.run((tx) => this.expireCommands.execute(tx, idsOf(commands), actor));
  }
}

function idsOf(commands: readonly Command[]): string[] {
  return commands.map(({ commandId }) => commandId);
}
