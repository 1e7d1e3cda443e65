import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { SubscriptionRepository } from './subscription.repository.js';

@Injectable()
export class DeleteSubscription {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
  ) {}

  /** @throws {SubscriptionNotFound} */
  async execute(subscriptionId: string): Promise<void> {
    await this.transactions.run((tx) => this.subscriptions.delete(tx, subscriptionId));
  }
}
