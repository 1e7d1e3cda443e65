import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { FeedExists, pairOf, type Feed } from './feed.js';
import { FeedRepository } from './feed.repository.js';

@Injectable()
export class CreateFeed {
  constructor(
    private readonly transactions: Transactions,
    private readonly feeds: FeedRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {FeedExists} */
  async execute(wish: Omit<Feed, 'feedId' | 'createdAt'>): Promise<Feed> {
    const feed = { ...wish, feedId: uuidv7(), createdAt: this.clock.now() };
    const inserted = await this.transactions.run((tx) => this.feeds.insert(tx, feed));
    if (!inserted) throw new FeedExists(pairOf(wish));
    return feed;
  }
}
