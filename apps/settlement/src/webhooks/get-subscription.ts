import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Subscription } from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';

@Injectable()
export class GetSubscription {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
  ) {}

  /** @throws {SubscriptionNotFound} */
  async execute(subscriptionId: string): Promise<Subscription> {
    return this.transactions.read((tx) => this.subscriptions.getById(tx, subscriptionId));
  }
}
