import { Transactions } from '@fusion-prime/database';
import { Injectable } from '@nestjs/common';
import { CanaryRepository } from './canary.repository.js';

@Injectable()
export class DeleteCanary {
  constructor(
    private readonly transactions: Transactions,
    private readonly canaries: CanaryRepository,
  ) {}

  execute(canaryId: string): Promise<void> {
    return this.transactions.run((tx) => this.canaries.delete(tx, canaryId));
  }
}
