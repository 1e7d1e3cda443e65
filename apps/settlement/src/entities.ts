import { OutboxEntity, ProcessedEventEntity } from '@fusion-prime/messaging';
import { CommandHistoryEntity } from './commands/command-history.entity.js';
import { CommandEntity } from './commands/command.entity.js';
import { AccountEntity } from './ledger/account.entity.js';
import { HoldEntity } from './ledger/hold.entity.js';
import { TransferEntity } from './ledger/transfer.entity.js';
import { SubscriptionEntity } from './webhooks/subscription.entity.js';

/** Every table that the service maps: readiness demands them, `fp migrate generate` compares them. */
export const entities = [
  CommandEntity,
  CommandHistoryEntity,
  AccountEntity,
  TransferEntity,
  HoldEntity,
  SubscriptionEntity,
  OutboxEntity,
  ProcessedEventEntity,
];
