import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Alert } from './alert.js';
import { AlertRepository } from './alert.repository.js';

@Injectable()
export class GetAlert {
  constructor(
    private readonly transactions: Transactions,
    private readonly alerts: AlertRepository,
  ) {}

  /** @throws {AlertNotFound} */
  async execute(alertId: string): Promise<Alert> {
    return this.transactions.run((tx) => this.alerts.getById(tx, alertId));
  }
}
