import { Module } from '@nestjs/common';
import type { ServiceParts } from '@fusion-prime/service';
import { migrationsLock } from '@fusion-prime/settlement-migrations';
import { CommandsModule } from './commands/commands.module.js';
import { entities } from './entities.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [LedgerModule, CommandsModule, WebhooksModule] })
export class SettlementModule {}

export const settlementParts: ServiceParts = {
  module: SettlementModule,
  entities,
  migrationsLock,
};
