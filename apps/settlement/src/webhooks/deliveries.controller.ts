import { Controller, Get, Post } from '@nestjs/common';
import {
  Cursors,
  JsonBody,
  PathParam,
  Produces,
  QueryParams,
  Scopes,
  Summary,
} from '@fusion-prime/service';
import type { z } from 'zod';
import {
  deliveriesQuery,
  deliveryBody,
  deliveryIdField,
  deliveryPageBody,
  deliveryWithAttemptsBody,
  recoverBody,
  recoveredBody,
  toDeliveryBody,
  toDeliveryWithAttemptsBody,
} from './deliveries.dto.js';
import { GetDelivery } from './get-delivery.js';
import { ListDeliveries } from './list-deliveries.js';
import { RecoverDeliveries } from './recover-deliveries.js';
import { ResendDelivery } from './resend-delivery.js';
import { subscriptionIdField } from './webhooks.dto.js';

@Controller('webhooks')
export class DeliveriesController {
  constructor(
    private readonly listDeliveries: ListDeliveries,
    private readonly getDelivery: GetDelivery,
    private readonly resendDelivery: ResendDelivery,
    private readonly recoverDeliveries: RecoverDeliveries,
    private readonly cursors: Cursors,
  ) {}

  @Get('subscriptions/:subscription_id/deliveries')
  @Summary('List the deliveries of a subscription, newest first')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'A page', schema: deliveryPageBody })
  async list(
    @PathParam('subscription_id', subscriptionIdField) subscriptionId: string,
    @QueryParams(deliveriesQuery) query: z.infer<typeof deliveriesQuery>,
  ): Promise<z.infer<typeof deliveryPageBody>> {
    const { limit, cursor, status, event_type: eventType } = query;
    const filters = { list: 'webhook-deliveries', subscriptionId, status, eventType };
    const { items, next } = await this.listDeliveries.execute({
      filter: { subscriptionId, status, eventType },
      after: this.cursors.read(filters, cursor),
      limit,
    });
    return { data: items.map(toDeliveryBody), next_cursor: this.cursors.write(filters, next) };
  }

  @Get('deliveries/:delivery_id')
  @Summary('Read one delivery with its latest attempts')
  @Scopes('settlement:read')
  @Produces({ status: 200, description: 'The delivery', schema: deliveryWithAttemptsBody })
  async get(
    @PathParam('delivery_id', deliveryIdField) deliveryId: string,
  ): Promise<z.infer<typeof deliveryWithAttemptsBody>> {
    const { delivery, attempts } = await this.getDelivery.execute(deliveryId);
    return toDeliveryWithAttemptsBody(delivery, attempts);
  }

  @Post('deliveries/:delivery_id/resend')
  @Summary('Send a delivery once more, under the same webhook-id')
  @Scopes('settlement:write')
  @Produces({ status: 202, description: 'Waits to be sent', schema: deliveryBody })
  async resend(
    @PathParam('delivery_id', deliveryIdField) deliveryId: string,
  ): Promise<z.infer<typeof deliveryBody>> {
    return toDeliveryBody(await this.resendDelivery.execute(deliveryId));
  }

  @Post('subscriptions/:subscription_id/recover')
  @Summary('Send again what failed or was skipped since an instant')
  @Scopes('settlement:write')
  @Produces({ status: 202, description: 'Wait to be sent', schema: recoveredBody })
  async recover(
    @PathParam('subscription_id', subscriptionIdField) subscriptionId: string,
    @JsonBody(recoverBody) { since }: z.infer<typeof recoverBody>,
  ): Promise<z.infer<typeof recoveredBody>> {
    const { requeued, hasMore } = await this.recoverDeliveries.execute(
      subscriptionId,
      new Date(since),
    );
    return { requeued, has_more: hasMore };
  }
}
