import { Module } from '@nestjs/common';
import { Outbox } from '@fusion-prime/messaging';
import { ComplianceModule } from '../compliance/compliance.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ChangeGroup } from './change-group.js';
import { CreateGroup } from './create-group.js';
import { GetGroup } from './get-group.js';
import { GroupRepository } from './group.repository.js';
import { GroupsConsumer } from './groups.consumer.js';
import { GroupsController } from './groups.controller.js';
import { GroupsLoop } from './groups.loop.js';
import { SettleGroup } from './settle-group.js';

@Module({
  imports: [ComplianceModule, LedgerModule],
  controllers: [GroupsController],
  providers: [
    ChangeGroup,
    CreateGroup,
    GetGroup,
    GroupRepository,
    GroupsConsumer,
    GroupsLoop,
    Outbox,
    SettleGroup,
  ],
})
export class GroupsModule {}
