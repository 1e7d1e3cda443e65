import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { pageOf, type KeysetPosition, type Page } from '@fusion-prime/kernel';
import {
  TransactionRepository,
  type Transaction,
  type TransactionFilter,
} from './transaction.repository.js';

@Injectable()
export class ListTransactions {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: TransactionRepository,
  ) {}

  async execute(query: {
    filter: TransactionFilter;
    after: KeysetPosition | null;
    limit: number;
  }): Promise<Page<Transaction>> {
    const found = await this.transactions.read((reader) => this.repository.list(reader, query));
    return pageOf(found, query.limit);
  }
}
