import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Delivery } from './delivery.js';
import { DeliveryRepository } from './delivery.repository.js';
import { assertEnabled } from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';

/** Sends a delivery once more, under the same `webhook-id`, whatever became of it. */
@Injectable()
export class ResendDelivery {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
    private readonly deliveries: DeliveryRepository,
  ) {}

  /** @throws {DeliveryNotFound | SubscriptionDisabled} */
  async execute(deliveryId: string): Promise<Delivery> {
    return this.transactions.run(async (tx) => {
      const { subscriptionId } = await this.deliveries.lockById(tx, deliveryId);
      assertEnabled(await this.subscriptions.getById(tx, subscriptionId));
      return this.deliveries.requeue(tx, deliveryId);
    });
  }
}
