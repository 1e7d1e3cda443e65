import type { Command, CommandStatus } from './command.js';
import { demandWay, VersionMismatch } from './transition.js';

/** A step that a client asks for, instead of the worker. */
export interface Move {
  commandId: string;
  /** The version that the client has seen; undefined = whatever it is. */
  version: number | undefined;
  actor: string;
}

/** Where each move leads. */
export const MOVES = {
  validate: 'validated',
  execute: 'executed',
  settle: 'settled',
  cancel: 'cancelled',
  fail: 'failed',
  reverse: 'reversed',
} as const satisfies Record<string, CommandStatus>;
export type MoveName = keyof typeof MOVES;

/** @throws {VersionMismatch} {TransitionIllegal} */
export function demandMove(command: Command, name: MoveName, version: number | undefined): void {
  if (version !== undefined && version !== command.version) throw new VersionMismatch(command);
  demandWay(command, MOVES[name]);
}
