import { OutboxEntity, ProcessedEventEntity } from '@fusion-prime/messaging';
import { CommandHistoryEntity } from './commands/command-history.entity.js';
import { CommandEntity } from './commands/command.entity.js';
import { EscrowEntity } from './escrows/escrow.entity.js';
import { GroupEntity } from './groups/group.entity.js';
import { LegEntity } from './groups/leg.entity.js';
import { AccountEntity } from './ledger/account.entity.js';
import { HoldEntity } from './ledger/hold.entity.js';
import { TransferEntity } from './ledger/transfer.entity.js';
import { AttemptEntity } from './webhooks/attempt.entity.js';
import { DeliveryEntity } from './webhooks/delivery.entity.js';
import { MessageEntity } from './webhooks/message.entity.js';
import { OldSecretEntity } from './webhooks/old-secret.entity.js';
import { SubscriptionEntity } from './webhooks/subscription.entity.js';

/** Every table that the service maps: readiness demands them, `fp migrate generate` compares them. */
export const entities = [
  CommandEntity,
  CommandHistoryEntity,
  AccountEntity,
  TransferEntity,
  HoldEntity,
  EscrowEntity,
  GroupEntity,
  LegEntity,
  SubscriptionEntity,
  OldSecretEntity,
  MessageEntity,
  DeliveryEntity,
  AttemptEntity,
  OutboxEntity,
  ProcessedEventEntity,
];
