import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { pageOfSearch, type Page } from '@fusion-prime/kernel';
import type { Escrow } from './escrow.js';
import { EscrowRepository, type EscrowSearch } from './escrow.repository.js';

@Injectable()
export class ListEscrows {
  constructor(
    private readonly transactions: Transactions,
    private readonly escrows: EscrowRepository,
  ) {}

  async execute(query: EscrowSearch): Promise<Page<Escrow>> {
    const rows = await this.transactions.read((reader) => this.escrows.list(reader, query));
    return pageOfSearch(rows, query.limit);
  }
}
