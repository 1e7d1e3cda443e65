import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { PostTransfers } from '../ledger/post-transfers.js';
import type { Command } from './command.js';
import { CommandRepository } from './command.repository.js';
import { resolutionOf } from './command-transfers.js';
import type { Step } from './step.repository.js';
import { TakeSteps } from './take-steps.js';
import { advance, hasLapsed } from './transition.js';

@Injectable()
export class ExecuteCommands {
  constructor(
    private readonly commands: CommandRepository,
    private readonly takeSteps: TakeSteps,
    private readonly postTransfers: PostTransfers,
  ) {}

  /**
   * Moves the money of validated commands: the hold is posted. One whose time is over gives it back instead.
   * Whatever is not `validated` any more is passed by.
   *
   * @returns the commands after it, in the order of their ids.
   */
  async execute(tx: Tx, commandIds: readonly string[], actor: string): Promise<Command[]> {
    const { commands, now } = await this.commands.lockByIds(tx, commandIds);
    const steps: Step[] = commands
      .filter(({ status }) => status === 'validated')
      .map((command) => ({
        before: command.status,
        command: hasLapsed(command, now)
          ? advance(command, 'expired', { at: now, reason: 'expired' })
          : advance(command, 'executed', { at: now }),
        actor,
      }));
    await this.postTransfers.execute(
      tx,
      steps.map(({ command }) =>
        resolutionOf(command, command.status === 'executed' ? 'post' : 'expire'),
      ),
    );
    await this.takeSteps.execute(tx, steps);
    const taken = new Map(steps.map(({ command }) => [command.commandId, command]));
    return commands.map((command) => taken.get(command.commandId) ?? command);
  }
}
