import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { Outbox } from '@fusion-prime/messaging';
import { decide, type TransferDecision, type Verdict } from './transfer.js';
import { TransferRepository } from './transfer.repository.js';
import { transferDecidedEvent } from './transfers.events.js';

/** A person says what the rules could not. */
@Injectable()
export class DecideTransfer {
  constructor(
    private readonly transactions: Transactions,
    private readonly transfers: TransferRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Decision, history and event are one transaction. @throws {TransferNotFound} {TransferDecided} */
  async execute(
    settlementId: string,
    { verdict, reason }: { verdict: Verdict; reason: string },
    actor: string,
  ): Promise<TransferDecision> {
    return this.transactions.run(async (tx) => {
      const current = await this.transfers.lockById(tx, settlementId);
      const decided = decide(current, verdict, reason);
      const step = { actor, decidedAt: this.clock.now() };
      await this.transfers.save(tx, decided, step);
      await this.outbox.append(tx, [transferDecidedEvent(decided, step)]);
      return decided;
    });
  }
}
