import { Module, type Provider } from '@nestjs/common';
import { DatabaseConnector, Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { Outbox } from '@fusion-prime/messaging';
import { Lifecycle, LOGGER } from '@fusion-prime/service';
import { SETTLEMENT_CONFIG, type SettlementConfig } from '../settlement.config.js';
import { ChangeSubscription } from './change-subscription.js';
import { CreateSubscription } from './create-subscription.js';
import { DeleteSubscription } from './delete-subscription.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DueDeliveryRepository } from './due-delivery.repository.js';
import { EndpointGuard } from './endpoint-guard.js';
import { ForgetDeliveries } from './forget-deliveries.js';
import { GetDelivery } from './get-delivery.js';
import { GetSubscription } from './get-subscription.js';
import { ListDeliveries } from './list-deliveries.js';
import { ListSubscriptions } from './list-subscriptions.js';
import { MessageRepository } from './message.repository.js';
import { RecoverDeliveries } from './recover-deliveries.js';
import { ResendDelivery } from './resend-delivery.js';
import { ResultRepository } from './result.repository.js';
import { RotateSecret } from './rotate-secret.js';
import { SealSecrets } from './seal-secrets.js';
import { SecretKeys } from './secret-keys.js';
import { SecretOpener } from './secret-opener.js';
import { SecretRepository } from './secret.repository.js';
import { SendingWorker } from './sending-worker.js';
import { StoreResults } from './store-results.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { TidyingWorker } from './tidying-worker.js';
import { WebhookClient } from './webhook-client.js';
import { WEBHOOK_LOG, type WebhookLog } from './webhook-log.js';
import { WebhookReadsController } from './webhook-reads.controller.js';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from './webhooks.config.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksSubscriber } from './webhooks.subscriber.js';

type SendingTools = [
  Transactions,
  DueDeliveryRepository,
  StoreResults,
  WebhookClient,
  SecretOpener,
  Clock,
  WebhookLog,
  DatabaseConnector,
  Lifecycle,
];

function sendingWorker(tools: SendingTools): SendingWorker {
  const [transactions, due, storeResults, client, secrets, clock, log, connector, lifecycle] =
    tools;
  const connected = (): boolean => connector.connected;
  const worker = new SendingWorker({
    transactions,
    due,
    storeResults,
    client,
    secrets,
    clock,
    log,
    connected,
  });
  lifecycle.onDrain(() => void worker.drain());
  return worker;
}

const made: Provider[] = [
  {
    provide: WEBHOOKS_CONFIG,
    useFactory: ({ webhooks }: SettlementConfig) => webhooks,
    inject: [SETTLEMENT_CONFIG],
  },
  { provide: WEBHOOK_LOG, useExisting: LOGGER },
  {
    provide: SecretKeys,
    useFactory: ({ keys }: WebhooksConfig) => new SecretKeys(keys),
    inject: [WEBHOOKS_CONFIG],
  },
  {
    provide: EndpointGuard,
    useFactory: (config: WebhooksConfig) => new EndpointGuard(config),
    inject: [WEBHOOKS_CONFIG],
  },
  {
    provide: WebhookClient,
    useFactory: (guard: EndpointGuard) => new WebhookClient(guard),
    inject: [EndpointGuard],
  },
  {
    provide: SecretOpener,
    useFactory: (keys: SecretKeys, log: WebhookLog) => new SecretOpener(keys, log),
    inject: [SecretKeys, WEBHOOK_LOG],
  },
  {
    provide: SendingWorker,
    useFactory: (...found: SendingTools) => sendingWorker(found),
    inject: [
      Transactions,
      DueDeliveryRepository,
      StoreResults,
      WebhookClient,
      SecretOpener,
      Clock,
      WEBHOOK_LOG,
      DatabaseConnector,
      Lifecycle,
    ],
  },
];

/** Subscriptions, what they are sent, and the sending itself. */
@Module({
  controllers: [WebhooksController, WebhookReadsController, DeliveriesController],
  providers: [
    ChangeSubscription,
    CreateSubscription,
    DeleteSubscription,
    DeliveryRepository,
    DueDeliveryRepository,
    ForgetDeliveries,
    GetDelivery,
    GetSubscription,
    ListDeliveries,
    ListSubscriptions,
    MessageRepository,
    Outbox,
    RecoverDeliveries,
    ResendDelivery,
    ResultRepository,
    RotateSecret,
    SealSecrets,
    SecretRepository,
    StoreResults,
    SubscriptionRepository,
    TidyingWorker,
    WebhooksSubscriber,
    ...made,
  ],
  exports: [WebhooksSubscriber],
})
export class WebhooksModule {}
