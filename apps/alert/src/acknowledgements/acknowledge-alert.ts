import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { LockFiringAlert } from '../alerts/lock-firing-alert.js';
import { AppendTimeline } from '../timeline/append-timeline.js';
import {
  AlreadyAcknowledged,
  demandFuture,
  isLive,
  type Acknowledgement,
} from './acknowledgement.js';
import { AcknowledgementRepository } from './acknowledgement.repository.js';

export type AcknowledgementWish = Pick<Acknowledgement, 'alertId' | 'actor' | 'note' | 'expiresAt'>;

@Injectable()
export class AcknowledgeAlert {
  constructor(
    private readonly transactions: Transactions,
    private readonly alert: LockFiringAlert,
    private readonly acknowledgements: AcknowledgementRepository,
    private readonly timeline: AppendTimeline,
    private readonly clock: Clock,
  ) {}

  /** @throws {AlertNotFound} {AlertResolved} {AlreadyAcknowledged} {ExpiryInPast} */
  async execute(wish: AcknowledgementWish): Promise<Acknowledgement> {
    return this.transactions.run(async (tx) => {
      await this.alert.execute(tx, wish.alertId);
      const acknowledgedAt = this.clock.now();
      demandFuture(wish.expiresAt, acknowledgedAt);
      const open = await this.acknowledgements.findOpen(tx, wish.alertId);
      if (open !== null && isLive(open, acknowledgedAt)) throw new AlreadyAcknowledged(open);
      if (open !== null) {
        await this.acknowledgements.withdraw(tx, open.acknowledgementId, acknowledgedAt);
      }
      const acknowledgement = { ...wish, acknowledgementId: uuidv7(), acknowledgedAt };
      await this.acknowledgements.insert(tx, acknowledgement);
      const entry = {
        kind: 'acknowledged',
        actor: wish.actor,
        occurredAt: acknowledgedAt,
      } as const;
      await this.timeline.execute(tx, wish.alertId, entry);
      return acknowledgement;
    });
  }
}
