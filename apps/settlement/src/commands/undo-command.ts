import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { PostTransfers } from '../ledger/post-transfers.js';
import { ReverseTransfer } from '../ledger/reverse-transfer.js';
import type { Command } from './command.js';
import { resolutionOf } from './command-transfers.js';
import type { Reason } from './reason.js';
import { TakeSteps } from './take-steps.js';
import { advance } from './transition.js';

const REASON_OF = {
  cancelled: 'cancelled-by-client',
  failed: 'failed-by-operator',
  reversed: 'reversed-by-client',
} as const satisfies Record<string, Reason>;

@Injectable()
export class UndoCommand {
  constructor(
    private readonly takeSteps: TakeSteps,
    private readonly postTransfers: PostTransfers,
    private readonly reverseTransfer: ReverseTransfer,
  ) {}

  /**
   * Ends a locked command against its purpose, and gives back what it took: a hold is released, money that
   * has moved goes back by an opposing transfer.
   *
   * @throws {InsufficientFunds} when the payee has spent it; nothing is changed then.
   */
  async execute(
    tx: Tx,
    command: Command,
    { to, at, actor }: { to: keyof typeof REASON_OF; at: Date; actor: string },
  ): Promise<Command> {
    const after = advance(command, to, { at, reason: REASON_OF[to] });
    if (command.status === 'validated') {
      await this.postTransfers.execute(tx, [resolutionOf(command, 'void')]);
    } else if (command.status !== 'received') {
      await this.reverseTransfer.execute(tx, { type: 'command', id: command.commandId });
    }
    await this.takeSteps.execute(tx, [{ before: command.status, command: after, actor }]);
    return after;
  }
}
