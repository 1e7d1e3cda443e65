import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Attempt, Delivery } from './delivery.js';
import { DeliveryRepository } from './delivery.repository.js';

@Injectable()
export class GetDelivery {
  constructor(
    private readonly transactions: Transactions,
    private readonly deliveries: DeliveryRepository,
  ) {}

  /** @throws {DeliveryNotFound} */
  async execute(deliveryId: string): Promise<{ delivery: Delivery; attempts: Attempt[] }> {
    return this.transactions.run(async (tx) => ({
      delivery: await this.deliveries.getById(tx, deliveryId),
      attempts: await this.deliveries.attempts(tx, deliveryId),
    }));
  }
}
