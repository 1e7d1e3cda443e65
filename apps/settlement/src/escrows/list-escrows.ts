import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { pageOf, type KeysetPosition, type Page } from '@fusion-prime/kernel';
import type { Escrow, EscrowState } from './escrow.js';
import { EscrowRepository } from './escrow.repository.js';

@Injectable()
export class ListEscrows {
  constructor(
    private readonly transactions: Transactions,
    private readonly escrows: EscrowRepository,
  ) {}

  async execute(query: {
    state: EscrowState | undefined;
    after: KeysetPosition | null;
    limit: number;
  }): Promise<Page<Escrow>> {
    const found = await this.transactions.read((reader) => this.escrows.list(reader, query));
    return pageOf(found, query.limit);
  }
}
