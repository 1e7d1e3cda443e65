import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { AlertResolved, type Alert } from './alert.js';
import { AlertRepository } from './alert.repository.js';

/** Takes an alert that still fires, inside the transaction of whoever does something about it. */
@Injectable()
export class LockFiringAlert {
  constructor(private readonly alerts: AlertRepository) {}

  /** @throws {AlertNotFound} {AlertResolved} */
  async execute(tx: Tx, alertId: string): Promise<Alert> {
    const alert = await this.alerts.lockById(tx, alertId);
    if (alert.state === 'RESOLVED') throw new AlertResolved(alertId);
    return alert;
  }
}
