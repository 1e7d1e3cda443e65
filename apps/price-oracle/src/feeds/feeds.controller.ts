import { Controller, Get, Post, Res } from '@nestjs/common';
import { JsonBody, PathParam, Produces, Scopes, Summary } from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { CreateFeed } from './create-feed.js';
import { createBody, feedBody, feedIdField, feedListBody, toBody, toWish } from './feeds.dto.js';
import { GetFeed } from './get-feed.js';
import { ListFeeds } from './list-feeds.js';

@Controller('feeds')
export class FeedsController {
  constructor(
    private readonly createFeed: CreateFeed,
    private readonly getFeed: GetFeed,
    private readonly listFeeds: ListFeeds,
  ) {}

  @Post()
  @Summary('Create a feed, once for each pair')
  @Scopes('price-oracle:write')
  @Produces({ status: 201, description: 'Created', schema: feedBody })
  async create(
    @JsonBody(createBody) body: z.infer<typeof createBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof feedBody>> {
    const feed = await this.createFeed.execute(toWish(body));
    reply.header('Location', `/feeds/${feed.feedId}`);
    return toBody(feed);
  }

  @Get()
  @Summary('List the feeds')
  @Scopes('price-oracle:read')
  @Produces({ status: 200, description: 'Every feed', schema: feedListBody })
  async list(): Promise<z.infer<typeof feedListBody>> {
    return { data: (await this.listFeeds.execute()).map(toBody) };
  }

  @Get(':feed_id')
  @Summary('Read one feed')
  @Scopes('price-oracle:read')
  @Produces({ status: 200, description: 'The feed', schema: feedBody })
  async get(@PathParam('feed_id', feedIdField) feedId: string): Promise<z.infer<typeof feedBody>> {
    return toBody(await this.getFeed.execute(feedId));
  }
}
