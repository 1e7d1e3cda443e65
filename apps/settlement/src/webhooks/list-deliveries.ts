import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { pageOfSearch, type Page } from '@fusion-prime/kernel';
import type { Delivery } from './delivery.js';
import { DeliveryRepository, type DeliverySearch } from './delivery.repository.js';
import { SubscriptionRepository } from './subscription.repository.js';

@Injectable()
export class ListDeliveries {
  constructor(
    private readonly transactions: Transactions,
    private readonly subscriptions: SubscriptionRepository,
    private readonly deliveries: DeliveryRepository,
  ) {}

  /** @throws {SubscriptionNotFound} */
  async execute(query: DeliverySearch): Promise<Page<Delivery>> {
    return this.transactions.run(async (tx) => {
      await this.subscriptions.getById(tx, query.filter.subscriptionId);
      return pageOfSearch(await this.deliveries.list(tx, query), query.limit);
    });
  }
}
