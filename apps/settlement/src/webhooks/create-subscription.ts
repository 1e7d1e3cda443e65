import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { EndpointGuard } from './endpoint-guard.js';
import { newSecret } from './secret.js';
import { SecretKeys } from './secret-keys.js';
import {
  MOST_SUBSCRIPTIONS,
  SubscriptionsTooMany,
  type Subscription,
  type SubscriptionWish,
} from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';

@Injectable()
export class CreateSubscription {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
    private readonly keys: SecretKeys,
    private readonly guard: EndpointGuard,
    private readonly clock: Clock,
  ) {}

  /**
   * The one time that the secret leaves the service.
   *
   * @param wanted the client's own secret, if it has one
   * @throws {Refusal} of the guard
   * @throws {SubscriptionsTooMany}
   */
  async execute(
    wish: SubscriptionWish,
    wanted?: string,
  ): Promise<{ subscription: Subscription; secret: string }> {
    // Before the transaction: it may wait for a name server.
    await this.guard.admit(wish.url);
    const secret = wanted ?? newSecret();
    const subscriptionId = uuidv7();
    const now = this.clock.now();
    const subscription: Subscription = {
      ...wish,
      subscriptionId,
      createdAt: now,
      updatedAt: now,
      disabledReason: null,
      firstFailureAt: null,
      version: 1,
    };
    const sealed = this.keys.seal(subscriptionId, secret);
    await this.transactions.run(async (tx) => {
      // Those that come at the same moment may be a few more: it is a bound of the work, not a quota.
      const found = await this.subscriptions.count(tx, MOST_SUBSCRIPTIONS);
      if (found >= MOST_SUBSCRIPTIONS) throw new SubscriptionsTooMany();
      await this.subscriptions.insert(tx, subscription, sealed);
    });
    return { subscription, secret };
  }
}
