import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { Injectable } from '@nestjs/common';
import type { Canary } from './canary.js';
import { CanaryRepository } from './canary.repository.js';

@Injectable()
export class PutCanary {
  constructor(
    private readonly transactions: Transactions,
    private readonly canaries: CanaryRepository,
    private readonly clock: Clock,
  ) {}

  async execute(canaryId: string, value: string): Promise<Canary> {
    const canary = { canaryId, value, updatedAt: this.clock.now() };
    await this.transactions.run((tx) => this.canaries.save(tx, canary));
    return canary;
  }
}
