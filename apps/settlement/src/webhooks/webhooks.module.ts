import { Module } from '@nestjs/common';
import { ChangeSubscription } from './change-subscription.js';
import { CreateSubscription } from './create-subscription.js';
import { DeleteSubscription } from './delete-subscription.js';
import { GetSubscription } from './get-subscription.js';
import { ListSubscriptions } from './list-subscriptions.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { WebhookReadsController } from './webhook-reads.controller.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  controllers: [WebhooksController, WebhookReadsController],
  providers: [
    ChangeSubscription,
    CreateSubscription,
    DeleteSubscription,
    GetSubscription,
    ListSubscriptions,
    SubscriptionRepository,
  ],
})
export class WebhooksModule {}
