import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { FeedDisabled, type Feed } from './feed.js';
import { FeedRepository } from './feed.repository.js';

/** Takes a feed for an observation, inside that observation's transaction. */
@Injectable()
export class LockFeed {
  constructor(private readonly feeds: FeedRepository) {}

  /** @throws {FeedNotFound} {FeedDisabled} */
  async execute(tx: Tx, feedId: string): Promise<Feed> {
    const feed = await this.feeds.lockById(tx, feedId);
    if (!feed.enabled) throw new FeedDisabled(feedId);
    return feed;
  }
}
