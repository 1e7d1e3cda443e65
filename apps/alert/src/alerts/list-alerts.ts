import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { pageOf, type KeysetPosition, type Page } from '@fusion-prime/kernel';
import type { Alert } from './alert.js';
import { AlertRepository, type AlertFilter } from './alert.repository.js';

@Injectable()
export class ListAlerts {
  constructor(
    private readonly transactions: Transactions,
    private readonly alerts: AlertRepository,
  ) {}

  async execute(query: {
    filter: AlertFilter;
    after: KeysetPosition | null;
    limit: number;
  }): Promise<Page<Alert>> {
    const found = await this.transactions.run((tx) => this.alerts.list(tx, query));
    return pageOf(found, query.limit);
  }
}
