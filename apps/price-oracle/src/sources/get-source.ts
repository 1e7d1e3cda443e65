import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { SourceNotFound, type Source } from './source.js';
import { SourceRepository } from './source.repository.js';

@Injectable()
export class GetSource {
  constructor(
    private readonly transactions: Transactions,
    private readonly sources: SourceRepository,
  ) {}

  /** @throws {SourceNotFound} */
  async execute(sourceId: string): Promise<Source> {
    const source = await this.transactions.run((tx) => this.sources.findById(tx, sourceId));
    if (source === null) throw new SourceNotFound(sourceId);
    return source;
  }
}
