import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { assert } from '@fusion-prime/kernel';
import { CommandNotFound, type Command } from './command.js';
import { CommandRepository } from './command.repository.js';
import { ExecuteCommands } from './execute-commands.js';
import { demandMove, MOVES, type Move, type MoveName } from './move.js';
import { SettleCommands } from './settle-commands.js';
import { UndoCommand } from './undo-command.js';

/** The moves that need nobody else: read, decided and written under one lock. */
@Injectable()
export class MovesInTransaction {
  constructor(
    private readonly commands: CommandRepository,
    private readonly executeCommands: ExecuteCommands,
    private readonly settleCommands: SettleCommands,
    private readonly undoCommand: UndoCommand,
  ) {}

  async execute(
    tx: Tx,
    name: Exclude<MoveName, 'validate'>,
    { commandId, version, actor }: Move,
  ): Promise<Command> {
    const { commands, now } = await this.commands.lockByIds(tx, [commandId]);
    const [command] = commands;
    if (command === undefined) throw new CommandNotFound(commandId);
    demandMove(command, name, version);
    if (name === 'execute' || name === 'settle') {
      const mover = name === 'execute' ? this.executeCommands : this.settleCommands;
      const [after] = await mover.execute(tx, [commandId], actor);
      assert(after !== undefined, 'a command that is locked is there');
      return after;
    }
    return this.undoCommand.execute(tx, command, { to: MOVES[name], at: now, actor });
  }
}
