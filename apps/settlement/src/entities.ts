import { OutboxEntity, ProcessedEventEntity } from '@fusion-prime/messaging';
import { CommandEntity } from './commands/command.entity.js';
import { SubscriptionEntity } from './webhooks/subscription.entity.js';

/** Every table that the service maps: readiness demands them, `fp migrate generate` compares them. */
export const entities = [CommandEntity, SubscriptionEntity, OutboxEntity, ProcessedEventEntity];
