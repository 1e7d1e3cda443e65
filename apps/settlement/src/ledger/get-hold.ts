import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Hold } from './hold.js';
import { HoldRepository } from './hold.repository.js';

@Injectable()
export class GetHold {
  constructor(
    private readonly transactions: Transactions,
    private readonly holds: HoldRepository,
  ) {}

  /** @throws {HoldNotFound} */
  async execute(holdId: string): Promise<Hold> {
    return this.transactions.read((reader) => this.holds.getById(reader, holdId));
  }
}
