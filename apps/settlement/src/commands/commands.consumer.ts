import { Inject, Injectable } from '@nestjs/common';
import { transferDecided } from '@fusion-prime/contracts';
import type { Tx } from '@fusion-prime/database';
import type { EventConsumer, ReceivedEvent } from '@fusion-prime/messaging';
import { SETTLEMENT_CONFIG, type SettlementConfig } from '../settlement.config.js';
import { DecideCommands } from './decide-commands.js';
import { StepRepository } from './step.repository.js';

/** Compliance decided about a transfer that had to wait. */
@Injectable()
export class CommandsConsumer implements EventConsumer {
  readonly consumes = [transferDecided];

  constructor(
    private readonly decideCommands: DecideCommands,
    private readonly steps: StepRepository,
    @Inject(SETTLEMENT_CONFIG) private readonly config: SettlementConfig,
  ) {}

  /** A command that went on meanwhile, or that nobody ever sent here, is none of its business. */
  async handle(tx: Tx, event: ReceivedEvent): Promise<void> {
    const { settlement_id, decision, decided_by } = transferDecided.data.parse(event.data);
    if (!this.config.autoAdvance) {
      // Clients take the steps; a worker that is switched on again asks compliance, which says the same.
      await this.steps.wake(tx, [settlement_id]);
      return;
    }
    const decisions = new Map([[settlement_id, decision]]);
    const [command] = await this.decideCommands.execute(
      tx,
      decisions,
      `compliance:${decided_by}`.slice(0, 128),
    );
    if (command?.status === 'validated') await this.steps.wake(tx, [settlement_id]);
  }
}
