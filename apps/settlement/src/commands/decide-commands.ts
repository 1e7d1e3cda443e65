import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { PostTransfers } from '../ledger/post-transfers.js';
import { asComplete, type Command, type CompleteCommand, type Decision } from './command.js';
import { CommandRepository } from './command.repository.js';
import { holdOf } from './command-transfers.js';
import type { Reason } from './reason.js';
import { StepRepository, type Step } from './step.repository.js';
import { TakeSteps } from './take-steps.js';
import { advance, hasLapsed } from './transition.js';

/** What compliance said; null for commands that it need not be asked about: incomplete, or too late. */
export type Decisions = ReadonlyMap<string, Decision | null>;

@Injectable()
export class DecideCommands {
  constructor(
    private readonly commands: CommandRepository,
    private readonly steps: StepRepository,
    private readonly takeSteps: TakeSteps,
    private readonly postTransfers: PostTransfers,
  ) {}

  /**
   * Takes received commands as far as a decision takes them: held funds and validated, rejected, expired, or
   * still waiting. Whatever is not `received` any more is passed by.
   *
   * @returns the commands after it, in the order of their ids.
   */
  async execute(tx: Tx, decisions: Decisions, actor: string): Promise<Command[]> {
    const { commands, now } = await this.commands.lockByIds(tx, [...decisions.keys()]);
    const after = new Map(commands.map((command) => [command.commandId, command]));
    const steps: Step[] = [];
    const take = (
      command: Command,
      to: 'validated' | 'rejected' | 'expired',
      what: { reason?: Reason; holdId?: string },
    ): void => {
      const next = advance(command, to, { at: now, ...what });
      after.set(command.commandId, next);
      steps.push({ before: command.status, command: next, actor });
    };
    const payable: CompleteCommand[] = [];
    const waiting = new Map<Decision, string[]>();
    for (const command of commands.filter(({ status }) => status === 'received')) {
      const decided = { ...command, decision: decisions.get(command.commandId) ?? null };
      const whole = asComplete(decided);
      if (hasLapsed(decided, now)) take(decided, 'expired', { reason: 'expired' });
      else if (typeof whole === 'string') take(decided, 'rejected', { reason: whole });
      else if (whole.decision === 'REJECTED')
        take(decided, 'rejected', { reason: 'compliance-rejected' });
      else if (whole.decision === 'APPROVED') payable.push(whole);
      else if (whole.decision !== null)
        waiting.set(whole.decision, [...(waiting.get(whole.decision) ?? []), command.commandId]);
    }
    for (const [decision, ids] of waiting) await this.steps.wait(tx, ids, decision);
    const held = await this.hold(tx, payable);
    payable.forEach((command, i) => {
      const holdId = held[i];
      if (holdId === undefined) take(command, 'rejected', { reason: 'insufficient-funds' });
      else take(command, 'validated', { holdId });
    });
    await this.takeSteps.execute(tx, steps);
    return [...after.values()];
  }

  /** @returns for each command the id of its hold, or undefined for lack of funds. */
  private async hold(
    tx: Tx,
    commands: readonly CompleteCommand[],
  ): Promise<(string | undefined)[]> {
    if (commands.length === 0) return [];
    const postings = commands.map(holdOf);
    const { results } = await this.postTransfers.execute(tx, postings);
    return results.map((lacking, i) => (lacking === null ? postings[i]?.transferId : undefined));
  }
}
