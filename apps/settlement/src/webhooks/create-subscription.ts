import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { newSecret, type EventType, type Subscription } from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';

export interface SubscriptionWish {
  url: string;
  eventTypes: readonly EventType[];
  enabled: boolean;
  description: string | null;
}

@Injectable()
export class CreateSubscription {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
    private readonly clock: Clock,
  ) {}

  /** The one time that the secret leaves the service. */
  async execute(wish: SubscriptionWish): Promise<{ subscription: Subscription; secret: string }> {
    const secret = newSecret();
    const subscription = { ...wish, subscriptionId: uuidv7(), createdAt: this.clock.now() };
    await this.transactions.run((tx) => this.subscriptions.insert(tx, subscription, secret));
    return { subscription, secret };
  }
}
