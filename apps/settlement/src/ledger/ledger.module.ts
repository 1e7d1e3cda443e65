import { Module } from '@nestjs/common';
import { AccountRepository } from './account.repository.js';
import { BalancesRepository } from './balances.repository.js';
import { ExpireHolds } from './expire-holds.js';
import { GetBalances } from './get-balances.js';
import { GetHold } from './get-hold.js';
import { HoldRepository } from './hold.repository.js';
import { HoldsController } from './holds.controller.js';
import { LedgerController } from './ledger.controller.js';
import { LedgerLoop } from './ledger.loop.js';
import { ListTransactions } from './list-transactions.js';
import { MoveMoney } from './move-money.js';
import { PlaceHold } from './place-hold.js';
import { PostTransfers } from './post-transfers.js';
import { ResolveHold } from './resolve-hold.js';
import { ReverseTransfer } from './reverse-transfer.js';
import { TransactionRepository } from './transaction.repository.js';
import { TransferRepository } from './transfer.repository.js';
import { TrialBalance } from './trial-balance.js';

@Module({
  controllers: [LedgerController, HoldsController],
  providers: [
    AccountRepository,
    BalancesRepository,
    ExpireHolds,
    GetBalances,
    GetHold,
    HoldRepository,
    LedgerLoop,
    ListTransactions,
    MoveMoney,
    PlaceHold,
    PostTransfers,
    ResolveHold,
    ReverseTransfer,
    TransactionRepository,
    TransferRepository,
    TrialBalance,
  ],
  exports: [PostTransfers, ReverseTransfer],
})
export class LedgerModule {}
