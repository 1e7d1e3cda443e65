import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import type { Feed } from './feed.js';
import { FeedRepository } from './feed.repository.js';

@Injectable()
export class ListFeeds {
  constructor(
    private readonly transactions: Transactions,
    private readonly feeds: FeedRepository,
  ) {}

  /** All of them: an operator configures tens of feeds, not thousands. */
  async execute(): Promise<Feed[]> {
    return this.transactions.run((tx) => this.feeds.list(tx));
  }
}
