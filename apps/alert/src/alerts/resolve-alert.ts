import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { AppendTimeline } from '../timeline/append-timeline.js';
import { resolve, type Alert } from './alert.js';
import { AlertRepository } from './alert.repository.js';

@Injectable()
export class ResolveAlert {
  constructor(
    private readonly transactions: Transactions,
    private readonly alerts: AlertRepository,
    private readonly timeline: AppendTimeline,
    private readonly clock: Clock,
  ) {}

  /** @throws {AlertNotFound} {AlertResolved} */
  async execute(alertId: string, actor: string): Promise<Alert> {
    return this.transactions.run(async (tx) => {
      const occurredAt = this.clock.now();
      const resolved = resolve(await this.alerts.lockById(tx, alertId), occurredAt);
      await this.alerts.save(tx, resolved);
      await this.timeline.execute(tx, alertId, { kind: 'resolved', actor, occurredAt });
      return resolved;
    });
  }
}
