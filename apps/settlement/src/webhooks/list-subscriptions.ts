import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { pageOf, type KeysetPosition, type Page } from '@fusion-prime/kernel';
import type { Subscription } from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';

@Injectable()
export class ListSubscriptions {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
  ) {}

  async execute(query: {
    after: KeysetPosition | null;
    limit: number;
  }): Promise<Page<Subscription>> {
    const found = await this.transactions.read((tx) => this.subscriptions.list(tx, query));
    return pageOf(found, query.limit);
  }
}
