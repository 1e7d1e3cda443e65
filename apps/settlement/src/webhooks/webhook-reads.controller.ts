import { Controller, Get } from '@nestjs/common';
import { Cursors, PathParam, Produces, QueryParams, Scopes, Summary } from '@fusion-prime/service';
import type { z } from 'zod';
import { GetSubscription } from './get-subscription.js';
import { ListSubscriptions } from './list-subscriptions.js';
import {
  listQuery,
  subscriptionBody,
  subscriptionIdField,
  subscriptionPageBody,
  toBody,
} from './webhooks.dto.js';

/** A cursor of one list is no cursor of another. */
const LIST = { list: 'webhook-subscriptions' };

@Controller('webhooks/subscriptions')
export class WebhookReadsController {
  constructor(
    private readonly getSubscription: GetSubscription,
    private readonly listSubscriptions: ListSubscriptions,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Summary('List subscriptions, newest first')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'A page', schema: subscriptionPageBody })
  async list(
    @QueryParams(listQuery) { limit, cursor }: z.infer<typeof listQuery>,
  ): Promise<z.infer<typeof subscriptionPageBody>> {
    const { items, next } = await this.listSubscriptions.execute({
      after: this.cursors.read(LIST, cursor),
      limit,
    });
    return {
      data: items.map(toBody),
      next_cursor: this.cursors.write(LIST, next),
    };
  }

  @Get(':subscription_id')
  @Summary('Read one subscription')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'The subscription', schema: subscriptionBody })
  async get(
    @PathParam('subscription_id', subscriptionIdField) subscriptionId: string,
  ): Promise<z.infer<typeof subscriptionBody>> {
    return toBody(await this.getSubscription.execute(subscriptionId));
  }
}
