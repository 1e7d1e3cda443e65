import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { pageOf, type KeysetPosition, type Page } from '@fusion-prime/kernel';
import type { Delivery } from './delivery.js';
import { DeliveryRepository, type DeliveryFilter } from './delivery.repository.js';
import { SubscriptionRepository } from './subscription.repository.js';

@Injectable()
export class ListDeliveries {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
    private readonly deliveries: DeliveryRepository,
  ) {}

  /** @throws {SubscriptionNotFound} */
  async execute(query: {
    filter: DeliveryFilter;
    after: KeysetPosition | null;
    limit: number;
  }): Promise<Page<Delivery>> {
    return this.transactions.run(async (tx) => {
      await this.subscriptions.getById(tx, query.filter.subscriptionId);
      return pageOf(await this.deliveries.list(tx, query), query.limit);
    });
  }
}
