import { Module } from '@nestjs/common';
import { Outbox } from '@fusion-prime/messaging';
import { ComplianceModule } from '../compliance/compliance.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { CommandMovesController } from './command-moves.controller.js';
import { CommandReadsController } from './command-reads.controller.js';
import { CommandRepository } from './command.repository.js';
import { CommandSteps } from './command-steps.js';
import { CommandsConsumer } from './commands.consumer.js';
import { CommandsController } from './commands.controller.js';
import { CommandsLoop } from './commands.loop.js';
import { DecideCommands } from './decide-commands.js';
import { DriveCommands } from './drive-commands.js';
import { ExecuteCommands } from './execute-commands.js';
import { ExpireCommands } from './expire-commands.js';
import { GetCommand } from './get-command.js';
import { GetHistory } from './get-history.js';
import { IngestBulk } from './ingest-bulk.js';
import { IngestCommand } from './ingest-command.js';
import { ListCommands } from './list-commands.js';
import { MoveCommand } from './move-command.js';
import { MovesInTransaction } from './moves-in-transaction.js';
import { ReceiveCommands } from './receive-commands.js';
import { SettleCommands } from './settle-commands.js';
import { StepRepository } from './step.repository.js';
import { TakeSteps } from './take-steps.js';
import { UndoCommand } from './undo-command.js';
import { ValidateCommands } from './validate-commands.js';

@Module({
  imports: [ComplianceModule, LedgerModule],
  controllers: [CommandsController, CommandMovesController, CommandReadsController],
  providers: [
    CommandRepository,
    CommandSteps,
    CommandsConsumer,
    CommandsLoop,
    DecideCommands,
    DriveCommands,
    ExecuteCommands,
    ExpireCommands,
    GetCommand,
    GetHistory,
    IngestBulk,
    IngestCommand,
    ListCommands,
    MoveCommand,
    MovesInTransaction,
    Outbox,
    ReceiveCommands,
    SettleCommands,
    StepRepository,
    TakeSteps,
    UndoCommand,
    ValidateCommands,
  ],
})
export class CommandsModule {}
