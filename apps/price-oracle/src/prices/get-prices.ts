import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { FeedNotFound, pairOf } from '../feeds/feed.js';
import { LatestPriceRepository, type PricedFeed } from './latest-price.repository.js';

@Injectable()
export class GetPrices {
  constructor(
    private readonly transactions: Transactions,
    private readonly latestPrices: LatestPriceRepository,
  ) {}

  /** @throws {FeedNotFound} naming the first pair that nobody prices. */
  async execute(pairs: readonly { base: string; quote: string }[]): Promise<PricedFeed[]> {
    const found = await this.transactions.run((tx) => this.latestPrices.listOf(tx, pairs));
    const known = new Set(found.map(({ pair }) => pair));
    const unknown = pairs.map(pairOf).find((pair) => !known.has(pair));
    if (unknown !== undefined) throw new FeedNotFound(unknown);
    return found;
  }
}
