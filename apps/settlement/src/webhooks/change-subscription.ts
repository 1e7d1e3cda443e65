import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Subscription } from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';
import type { SubscriptionWish } from './create-subscription.js';

@Injectable()
export class ChangeSubscription {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
  ) {}

  /** @throws {SubscriptionNotFound} */
  async execute(subscriptionId: string, change: Partial<SubscriptionWish>): Promise<Subscription> {
    return this.transactions.run(async (tx) => {
      const current = await this.subscriptions.lockById(tx, subscriptionId);
      const changed = { ...current, ...change };
      await this.subscriptions.save(tx, changed);
      return changed;
    });
  }
}
