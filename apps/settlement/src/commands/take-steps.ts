import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { Outbox } from '@fusion-prime/messaging';
import { commandEvent } from './commands.events.js';
import { StepRepository, type Step } from './step.repository.js';

/** The one place where a command's status changes: the row, its history and its event, in one transaction. */
@Injectable()
export class TakeSteps {
  constructor(
    private readonly steps: StepRepository,
    private readonly outbox: Outbox,
  ) {}

  async execute(tx: Tx, steps: readonly Step[]): Promise<void> {
    if (steps.length === 0) return;
    await this.steps.save(tx, steps);
    await this.outbox.append(
      tx,
      steps.map(({ command }) => commandEvent(command)),
    );
  }
}
