import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Escrow } from './escrow.js';
import { EscrowRepository } from './escrow.repository.js';

@Injectable()
export class GetEscrow {
  constructor(
    private readonly transactions: Transactions,
    private readonly escrows: EscrowRepository,
  ) {}

  /** @throws {EscrowNotFound} */
  async execute(escrowId: string): Promise<Escrow> {
    return this.transactions.read((reader) => this.escrows.getById(reader, escrowId));
  }
}
