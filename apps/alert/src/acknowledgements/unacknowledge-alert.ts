import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { LockFiringAlert } from '../alerts/lock-firing-alert.js';
import { AppendTimeline } from '../timeline/append-timeline.js';
import { isLive, NotAcknowledged } from './acknowledgement.js';
import { AcknowledgementRepository } from './acknowledgement.repository.js';

@Injectable()
export class UnacknowledgeAlert {
  constructor(
    private readonly transactions: Transactions,
    private readonly alert: LockFiringAlert,
    private readonly acknowledgements: AcknowledgementRepository,
    private readonly timeline: AppendTimeline,
    private readonly clock: Clock,
  ) {}

  /** @throws {AlertNotFound} {AlertResolved} {NotAcknowledged} */
  async execute(alertId: string, actor: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.alert.execute(tx, alertId);
      const occurredAt = this.clock.now();
      const open = await this.acknowledgements.findOpen(tx, alertId);
      if (open === null || !isLive(open, occurredAt)) throw new NotAcknowledged(alertId);
      await this.acknowledgements.withdraw(tx, open.acknowledgementId, occurredAt);
      await this.timeline.execute(tx, alertId, { kind: 'unacknowledged', actor, occurredAt });
    });
  }
}
