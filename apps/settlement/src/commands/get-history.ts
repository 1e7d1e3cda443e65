import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { StepRepository, type PastStep } from './step.repository.js';

@Injectable()
export class GetHistory {
  constructor(
    private readonly transactions: Transactions,
    private readonly steps: StepRepository,
  ) {}

  /** @throws {CommandNotFound} */
  async execute(commandId: string): Promise<PastStep[]> {
    return this.transactions.read((reader) => this.steps.history(reader, commandId));
  }
}
