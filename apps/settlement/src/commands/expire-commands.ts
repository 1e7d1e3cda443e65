import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { PostTransfers } from '../ledger/post-transfers.js';
import type { Command } from './command.js';
import { CommandRepository } from './command.repository.js';
import { resolutionOf } from './command-transfers.js';
import { TakeSteps } from './take-steps.js';
import { advance, hasLapsed } from './transition.js';

@Injectable()
export class ExpireCommands {
  constructor(
    private readonly commands: CommandRepository,
    private readonly takeSteps: TakeSteps,
    private readonly postTransfers: PostTransfers,
  ) {}

  /**
   * Ends those whose time is over by the database's clock, and releases what they hold.
   *
   * @returns what is left of the others, as they are now
   */
  async execute(tx: Tx, commandIds: readonly string[], actor: string): Promise<Command[]> {
    const { commands, now } = await this.commands.lockByIds(tx, commandIds);
    const lapsed = commands.filter((command) => hasLapsed(command, now));
    await this.postTransfers.execute(
      tx,
      lapsed
        .filter(({ status }) => status === 'validated')
        .map((command) => resolutionOf(command, 'expire')),
    );
    await this.takeSteps.execute(
      tx,
      lapsed.map((command) => ({
        before: command.status,
        command: advance(command, 'expired', { at: now, reason: 'expired' }),
        actor,
      })),
    );
    return commands.filter((command) => !lapsed.includes(command));
  }
}
