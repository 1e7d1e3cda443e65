import { Transactions } from '@fusion-prime/database';
import { Injectable } from '@nestjs/common';
import type { Canary } from './canary.js';
import { CanaryRepository } from './canary.repository.js';

@Injectable()
export class GetCanary {
  constructor(
    private readonly transactions: Transactions,
    private readonly canaries: CanaryRepository,
  ) {}

  execute(canaryId: string): Promise<Canary> {
    return this.transactions.run((tx) => this.canaries.getById(tx, canaryId));
  }
}
