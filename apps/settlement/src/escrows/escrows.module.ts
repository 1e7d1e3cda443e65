import { Module } from '@nestjs/common';
import { Outbox } from '@fusion-prime/messaging';
import { ComplianceModule } from '../compliance/compliance.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ActOnEscrow } from './act-on-escrow.js';
import { CreateEscrow } from './create-escrow.js';
import { EscrowActsController } from './escrow-acts.controller.js';
import { EscrowRepository } from './escrow.repository.js';
import { EscrowsController } from './escrows.controller.js';
import { EscrowsLoop } from './escrows.loop.js';
import { ExpireEscrows } from './expire-escrows.js';
import { GetEscrow } from './get-escrow.js';
import { ListEscrows } from './list-escrows.js';
import { SaveEscrows } from './save-escrows.js';

@Module({
  imports: [ComplianceModule, LedgerModule],
  controllers: [EscrowsController, EscrowActsController],
  providers: [
    ActOnEscrow,
    CreateEscrow,
    EscrowRepository,
    EscrowsLoop,
    ExpireEscrows,
    GetEscrow,
    ListEscrows,
    Outbox,
    SaveEscrows,
  ],
})
export class EscrowsModule {}
