import { Controller, Delete, Patch, Post, Res } from '@nestjs/common';
import { JsonBody, PathParam, Produces, Scopes, ShownOnce, Summary } from '@fusion-prime/service';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { ChangeSubscription } from './change-subscription.js';
import { CreateSubscription } from './create-subscription.js';
import { DeleteSubscription } from './delete-subscription.js';
import { RotateSecret } from './rotate-secret.js';
import {
  changeBody,
  createBody,
  createdBody,
  rotateBody,
  rotatedBody,
  subscriptionBody,
  subscriptionIdField,
  toBody,
  toChange,
  toWish,
} from './webhooks.dto.js';

@Controller('webhooks/subscriptions')
export class WebhooksController {
  constructor(
    private readonly createSubscription: CreateSubscription,
    private readonly changeSubscription: ChangeSubscription,
    private readonly deleteSubscription: DeleteSubscription,
    private readonly rotateSecret: RotateSecret,
  ) {}

  @Post()
  @Summary('Subscribe to events; the secret is shown this once')
  @Scopes('settlement:write')
  @ShownOnce('secret')
  @Produces({ status: 201, description: 'Subscribed', schema: createdBody })
  async create(
    @JsonBody(createBody) body: z.infer<typeof createBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof createdBody>> {
    const { subscription, secret } = await this.createSubscription.execute(
      toWish(body),
      body.secret,
    );
    reply.header('Location', `/webhooks/subscriptions/${subscription.subscriptionId}`);
    return { ...toBody(subscription), secret };
  }

  @Patch(':subscription_id')
  @Summary('Change a subscription')
  @Scopes('settlement:write')
  @Produces({ status: 200, description: 'The changed subscription', schema: subscriptionBody })
  async change(
    @PathParam('subscription_id', subscriptionIdField) subscriptionId: string,
    @JsonBody(changeBody) body: z.infer<typeof changeBody>,
  ): Promise<z.infer<typeof subscriptionBody>> {
    return toBody(await this.changeSubscription.execute(subscriptionId, toChange(body)));
  }

  @Delete(':subscription_id')
  @Summary('Remove a subscription')
  @Scopes('settlement:write')
  @Produces({ status: 204, description: 'Removed' })
  async delete(
    @PathParam('subscription_id', subscriptionIdField) subscriptionId: string,
  ): Promise<void> {
    await this.deleteSubscription.execute(subscriptionId);
  }

  @Post(':subscription_id/rotate')
  @Summary('Replace the secret; the one of before signs too for 24 hours')
  @Scopes('settlement:write')
  @ShownOnce('secret')
  @Produces({ status: 200, description: 'Replaced', schema: rotatedBody })
  async rotate(
    @PathParam('subscription_id', subscriptionIdField) subscriptionId: string,
    @JsonBody(rotateBody) body: z.infer<typeof rotateBody>,
  ): Promise<z.infer<typeof rotatedBody>> {
    const { secret, previousExpiresAt } = await this.rotateSecret.execute(
      subscriptionId,
      body.secret,
    );
    return {
      subscription_id: subscriptionId,
      secret,
      previous_secret_expires_at: previousExpiresAt.toISOString(),
    };
  }
}
