import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { Command } from './command.js';
import { CommandRepository } from './command.repository.js';
import { TakeSteps } from './take-steps.js';
import { advance } from './transition.js';

@Injectable()
export class SettleCommands {
  constructor(
    private readonly commands: CommandRepository,
    private readonly takeSteps: TakeSteps,
  ) {}

  /** Makes executed commands final. Whatever is not `executed` any more is passed by. */
  async execute(tx: Tx, commandIds: readonly string[], actor: string): Promise<Command[]> {
    const { commands, now } = await this.commands.lockByIds(tx, commandIds);
    const settled = commands.map((command) =>
      command.status === 'executed' ? advance(command, 'settled', { at: now }) : command,
    );
    const steps = settled
      .filter((command, i) => command !== commands[i])
      .map((command) => ({ before: 'executed' as const, command, actor }));
    await this.takeSteps.execute(tx, steps);
    return settled;
  }
}
