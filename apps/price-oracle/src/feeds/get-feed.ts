import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Feed } from './feed.js';
import { FeedRepository } from './feed.repository.js';

@Injectable()
export class GetFeed {
  constructor(
    private readonly transactions: Transactions,
    private readonly feeds: FeedRepository,
  ) {}

  /** @throws {FeedNotFound} */
  async execute(feedId: string): Promise<Feed> {
    return this.transactions.run((tx) => this.feeds.getById(tx, feedId));
  }
}
