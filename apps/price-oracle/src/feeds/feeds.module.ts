import { Module } from '@nestjs/common';
import { CreateFeed } from './create-feed.js';
import { FeedRepository } from './feed.repository.js';
import { FeedsController } from './feeds.controller.js';
import { GetFeed } from './get-feed.js';
import { ListFeeds } from './list-feeds.js';
import { LockFeed } from './lock-feed.js';

@Module({
  controllers: [FeedsController],
  providers: [CreateFeed, FeedRepository, GetFeed, ListFeeds, LockFeed],
  exports: [LockFeed],
})
export class FeedsModule {}
