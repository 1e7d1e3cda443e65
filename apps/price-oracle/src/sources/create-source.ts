import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { SourceExists, type Source } from './source.js';
import { SourceRepository } from './source.repository.js';

@Injectable()
export class CreateSource {
  constructor(
    private readonly transactions: Transactions,
    private readonly sources: SourceRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {SourceExists} */
  async execute(wish: Omit<Source, 'sourceId' | 'createdAt'>): Promise<Source> {
    const source = { ...wish, sourceId: uuidv7(), createdAt: this.clock.now() };
    const inserted = await this.transactions.run((tx) => this.sources.insert(tx, source));
    if (!inserted) throw new SourceExists(wish.name);
    return source;
  }
}
