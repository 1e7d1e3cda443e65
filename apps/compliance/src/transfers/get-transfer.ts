import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { DecisionStep, TransferDecision } from './transfer.js';
import { TransferRepository } from './transfer.repository.js';

@Injectable()
export class GetTransfer {
  constructor(
    private readonly transactions: Transactions,
    private readonly transfers: TransferRepository,
  ) {}

  /** With everything that was said about it, oldest first. @throws {TransferNotFound} */
  async execute(
    settlementId: string,
  ): Promise<{ transfer: TransferDecision; history: DecisionStep[] }> {
    return this.transactions.run(async (tx) => ({
      transfer: await this.transfers.getById(tx, settlementId),
      history: await this.transfers.historyOf(tx, settlementId),
    }));
  }
}
