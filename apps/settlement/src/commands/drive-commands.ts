import { Inject, Injectable } from '@nestjs/common';
import { Transactions, type Tx } from '@fusion-prime/database';
import { LOGGER } from '@fusion-prime/service';
import type { LoopLog } from '@fusion-prime/messaging';
import { SETTLEMENT_CONFIG, type SettlementConfig } from '../settlement.config.js';
import { ComplianceUnavailable } from '../compliance/compliance-client.js';
import type { Command, CommandStatus } from './command.js';
import { CommandSteps } from './command-steps.js';
import { StepRepository } from './step.repository.js';

const ACTOR = 'settlement-worker';
const BATCH = 500;
// Longer than a batch commonly takes. Should it take longer, another worker looks at the same commands and
// finds them locked, or further than it thought: a lease saves work, it is not what keeps steps single.
const LEASE_MS = 10_000;
const POSTPONE = { baseMs: 500, maxMs: 60_000 };
// Due, but clients take the steps here: looked at again now and then, should that be changed.
const LEFT_TO_CLIENTS = { baseMs: 60_000, maxMs: 60_000 };

@Injectable()
export class DriveCommands {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: StepRepository,
    private readonly steps: CommandSteps,
    @Inject(SETTLEMENT_CONFIG) private readonly config: SettlementConfig,
    @Inject(LOGGER) private readonly log: LoopLog,
  ) {}

  /**
   * Takes due commands and drives them as far as they go: validated, executed, settled, each step a
   * transaction of its own for the whole batch. What dies in between is taken up where it stood.
   *
   * @returns true when there may be more
   */
  async execute(signal: AbortSignal): Promise<boolean> {
    const claimed = await this.transactions.one((tx) =>
      this.repository.claimDue(tx, { limit: BATCH, leaseMs: LEASE_MS }),
    );
    if (claimed.length === 0) return false;
    await this.drive(claimed, signal);
    return true;
  }

  private async drive(batch: readonly Command[], signal: AbortSignal): Promise<void> {
    try {
      await this.through(batch, signal);
    } catch (error) {
      if (batch.length === 1) {
        await this.postpone(batch, error);
        return;
      }
      // One of them is in the way of the others: each by itself, so that only that one waits.
      for (const command of batch) {
        if (signal.aborted) return;
        await this.drive([command], signal);
      }
    }
  }

  private async through(claimed: readonly Command[], signal: AbortSignal): Promise<void> {
    const ending = claimed.filter(({ expiresAt }) => expiresAt !== null);
    const others = claimed.filter(({ expiresAt }) => expiresAt === null);
    const batch = [...others, ...(await this.steps.expire(ending, ACTOR))];
    if (signal.aborted) return;
    if (!this.config.autoAdvance) {
      await this.transactions.one((tx) =>
        this.repository.postpone(tx, idsOf(batch), LEFT_TO_CLIENTS),
      );
      return;
    }
    const decided = await this.validate(withStatus(batch, 'received'));
    if (signal.aborted) return;
    const validated = [...decided, ...batch].filter(({ status }) => status === 'validated');
    const executed = await this.steps.execute(validated, ACTOR);
    if (signal.aborted) return;
    await this.steps.settle([...executed, ...withStatus(batch, 'executed')], ACTOR);
  }

  /** Without compliance nothing is approved; what was approved before goes on. */
  private async validate(received: readonly Command[]): Promise<Command[]> {
    try {
      return await this.steps.validate(received, ACTOR);
    } catch (error) {
      if (!(error instanceof ComplianceUnavailable)) throw error;
      await this.postpone(received, error);
      return [];
    }
  }

  private async postpone(batch: readonly Command[], error: unknown): Promise<void> {
    const ids = idsOf(batch);
    await this.transactions.one((tx: Tx) => this.repository.postpone(tx, ids, POSTPONE));
    this.log.warn(
      { event: 'commands.postponed', count: ids.length, first: ids[0], err: error },
      'commands could not be driven on; they are tried again',
    );
  }
}

function idsOf(commands: readonly Command[]): string[] {
  return commands.map(({ commandId }) => commandId);
}

function withStatus(commands: readonly Command[], status: CommandStatus): Command[] {
  return commands.filter((command) => command.status === status);
}
