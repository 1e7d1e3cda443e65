import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { assert } from '@fusion-prime/kernel';
import type { Command } from './command.js';
import { CommandRepository } from './command.repository.js';
import { demandMove, type Move, type MoveName } from './move.js';
import { MovesInTransaction } from './moves-in-transaction.js';
import { ValidateCommands } from './validate-commands.js';

@Injectable()
export class MoveCommand {
  constructor(
    private readonly transactions: Transactions,
    private readonly commands: CommandRepository,
    private readonly validateCommands: ValidateCommands,
    private readonly inTransaction: MovesInTransaction,
  ) {}

  /**
   * @throws {CommandNotFound} {VersionMismatch} {TransitionIllegal}
   * @throws {ComplianceUnavailable} of a validation {InsufficientFunds} of a reversal
   */
  async execute(name: MoveName, move: Move): Promise<Command> {
    if (name === 'validate') return this.validate(move);
    return this.transactions.run((tx) => this.inTransaction.execute(tx, name, move));
  }

  /** Compliance is asked outside of any transaction; what was read is looked at again under the lock. */
  private async validate({ commandId, version, actor }: Move): Promise<Command> {
    const seen = await this.transactions.read((reader) => this.commands.getById(reader, commandId));
    demandMove(seen, 'validate', version);
    const [after] = await this.validateCommands.execute([seen], actor);
    assert(after !== undefined, 'a command that was read is there');
    return after;
  }
}
