import { Module } from '@nestjs/common';
import type { ServiceParts } from '@fusion-prime/service';
import { migrationsLock } from '@fusion-prime/settlement-migrations';
import { CommandsConsumer } from './commands/commands.consumer.js';
import { CommandsModule } from './commands/commands.module.js';
import { entities } from './entities.js';
import { EscrowsModule } from './escrows/escrows.module.js';
import { GroupsConsumer } from './groups/groups.consumer.js';
import { GroupsModule } from './groups/groups.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WebhooksSubscriber } from './webhooks/webhooks.subscriber.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [LedgerModule, CommandsModule, EscrowsModule, GroupsModule, WebhooksModule] })
export class SettlementModule {}

export const settlementParts: ServiceParts = {
  module: SettlementModule,
  entities,
  migrationsLock,
  localSubscribers: [WebhooksSubscriber],
  consumers: [CommandsConsumer, GroupsConsumer],
};
