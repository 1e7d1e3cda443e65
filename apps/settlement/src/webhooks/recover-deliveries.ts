import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { DeliveryRepository } from './delivery.repository.js';
import { assertEnabled } from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';

/** Of one request: more would outlast its time. */
const BATCH = 10_000;

/** After an endpoint was down for long: sends again what failed or was skipped since an instant. */
@Injectable()
export class RecoverDeliveries {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
    private readonly deliveries: DeliveryRepository,
  ) {}

  /**
   * @returns how many, and whether there are more: the same call again takes those
   * @throws {SubscriptionNotFound | SubscriptionDisabled}
   */
  async execute(
    subscriptionId: string,
    since: Date,
  ): Promise<{ requeued: number; hasMore: boolean }> {
    return this.transactions.run(async (tx) => {
      assertEnabled(await this.subscriptions.getById(tx, subscriptionId));
      const order = { subscriptionId, since, limit: BATCH };
      const requeued = await this.deliveries.requeueUndelivered(tx, order);
      return { requeued, hasMore: requeued === BATCH };
    });
  }
}
