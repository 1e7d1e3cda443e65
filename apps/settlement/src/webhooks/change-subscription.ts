import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { EndpointGuard } from './endpoint-guard.js';
import { changed, type Subscription, type SubscriptionWish } from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';

@Injectable()
export class ChangeSubscription {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
    private readonly guard: EndpointGuard,
    private readonly clock: Clock,
  ) {}

  /** @throws {SubscriptionNotFound | Refusal} */
  async execute(subscriptionId: string, change: Partial<SubscriptionWish>): Promise<Subscription> {
    if (change.url !== undefined) await this.guard.admit(change.url);
    return this.transactions.run(async (tx) => {
      const current = await this.subscriptions.lockById(tx, subscriptionId);
      const next = changed(current, change, this.clock.now());
      await this.subscriptions.save(tx, next);
      return next;
    });
  }
}
