import { Refusal } from '@fusion-prime/kernel';
import type { Command, CommandStatus } from './command.js';
import type { Reason } from './reason.js';

/**
 * The ways of a command. Whatever is not drawn here is refused, here and by a trigger of the table.
 *
 *   received ─► validated ─► executed ─► settled ─► reversed
 *      │            │            └─────► failed
 *      │            └──────────────────► failed · cancelled · expired
 *      └───────────────────────────────► rejected · cancelled · expired
 *
 *   validated  compliance approved, the payer's funds are held
 *   executed   the hold is posted: the money has moved
 *   settled    final, but for one reversal, which is a transfer the other way
 */
export const NEXT_STATUSES: Readonly<Record<CommandStatus, readonly CommandStatus[]>> = {
  received: ['validated', 'rejected', 'cancelled', 'expired'],
  validated: ['executed', 'failed', 'cancelled', 'expired'],
  executed: ['settled', 'failed'],
  settled: ['reversed'],
  rejected: [],
  failed: [],
  cancelled: [],
  expired: [],
  reversed: [],
};

export class TransitionIllegal extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'command-transition-illegal';

  constructor({ commandId, status }: Pick<Command, 'commandId' | 'status'>, to: CommandStatus) {
    const allowed = NEXT_STATUSES[status];
    super(
      `command ${commandId} is ${status} and cannot become ${to}; ` +
        (allowed.length === 0 ? 'this is final' : `it can become ${allowed.join(', ')}`),
    );
  }
}

export class VersionMismatch extends Refusal {
  readonly kind = 'precondition_failed';
  readonly code = 'command-version-mismatch';

  constructor({ commandId, version }: Pick<Command, 'commandId' | 'version'>) {
    super(`command ${commandId} is at version ${String(version)}; read it again`);
  }
}

/** @throws {TransitionIllegal} */
export function demandWay(command: Pick<Command, 'commandId' | 'status'>, to: CommandStatus): void {
  if (!NEXT_STATUSES[command.status].includes(to)) throw new TransitionIllegal(command, to);
}

/**
 * The command after one step.
 *
 * @throws {TransitionIllegal} naming what would have been possible.
 */
export function advance(
  command: Command,
  to: CommandStatus,
  {
    at,
    reason = null,
    holdId = command.holdId,
  }: { at: Date; reason?: Reason | null; holdId?: string | null },
): Command {
  demandWay(command, to);
  return {
    ...command,
    status: to,
    version: command.version + 1,
    reason,
    holdId,
    lastUpdated: at,
  };
}

/** Whether its time is over; only before the money has moved. */
export function hasLapsed({ status, expiresAt }: Command, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now && NEXT_STATUSES[status].includes('expired');
}
