import { OutboxEntity, Outbox, ProcessedEventEntity } from '@fusion-prime/messaging';
import { Transactions } from '@fusion-prime/database';
import { systemClock } from '@fusion-prime/kernel';
import { testDatabase, type TestDatabase } from '@fusion-prime/testing';
import { DataSource } from 'typeorm';
import { CommandRepository } from '../../src/commands/command.repository.js';
import { DecideCommands } from '../../src/commands/decide-commands.js';
import { ExecuteCommands } from '../../src/commands/execute-commands.js';
import { ExpireCommands } from '../../src/commands/expire-commands.js';
import { IngestCommand } from '../../src/commands/ingest-command.js';
import { MovesInTransaction } from '../../src/commands/moves-in-transaction.js';
import { ReceiveCommands } from '../../src/commands/receive-commands.js';
import { SettleCommands } from '../../src/commands/settle-commands.js';
import { StepRepository } from '../../src/commands/step.repository.js';
import { TakeSteps } from '../../src/commands/take-steps.js';
import { UndoCommand } from '../../src/commands/undo-command.js';
import { AccountRepository } from '../../src/ledger/account.repository.js';
import { ExpireHolds } from '../../src/ledger/expire-holds.js';
import { HoldRepository } from '../../src/ledger/hold.repository.js';
import { MoveMoney } from '../../src/ledger/move-money.js';
import { PlaceHold } from '../../src/ledger/place-hold.js';
import { PostTransfers } from '../../src/ledger/post-transfers.js';
import { ResolveHold } from '../../src/ledger/resolve-hold.js';
import { ReverseTransfer } from '../../src/ledger/reverse-transfer.js';
import { TransferRepository } from '../../src/ledger/transfer.repository.js';

/** Settlement's use-cases on a database of their own, without HTTP around them. */
export interface Parts {
  database: TestDatabase;
  transactions: Transactions;
  accounts: AccountRepository;
  commands: CommandRepository;
  steps: StepRepository;
  ingest: IngestCommand;
  decide: DecideCommands;
  executeCommands: ExecuteCommands;
  settleCommands: SettleCommands;
  expireCommands: ExpireCommands;
  moves: MovesInTransaction;
  moveMoney: MoveMoney;
  placeHold: PlaceHold;
  resolveHold: ResolveHold;
  expireHolds: ExpireHolds;
  postTransfers: PostTransfers;
  close(): Promise<void>;
}

export async function settlementParts(): Promise<Parts> {
  const database = await testDatabase('settlement');
  const dataSource = new DataSource({
    type: 'postgres',
    url: database.appUrl,
    entities: [OutboxEntity, ProcessedEventEntity],
    installExtensions: false,
    poolSize: 10,
  });
  await dataSource.initialize();
  const transactions = new Transactions(dataSource);
  const accounts = new AccountRepository();
  const transfers = new TransferRepository();
  const holds = new HoldRepository();
  const commands = new CommandRepository();
  const steps = new StepRepository();
  const postTransfers = new PostTransfers(accounts, transfers);
  const takeSteps = new TakeSteps(steps, new Outbox());
  const executeCommands = new ExecuteCommands(commands, takeSteps, postTransfers);
  const settleCommands = new SettleCommands(commands, takeSteps);
  const reverse = new ReverseTransfer(transfers, postTransfers);
  const undo = new UndoCommand(takeSteps, postTransfers, reverse);
  return {
    database,
    transactions,
    accounts,
    commands,
    steps,
    ingest: new IngestCommand(transactions, commands, new ReceiveCommands(), systemClock, {
      autoAdvance: false,
    } as never),
    decide: new DecideCommands(commands, steps, takeSteps, postTransfers),
    executeCommands,
    settleCommands,
    expireCommands: new ExpireCommands(commands, takeSteps, postTransfers),
    moves: new MovesInTransaction(commands, executeCommands, settleCommands, undo),
    moveMoney: new MoveMoney(transactions, postTransfers, systemClock),
    placeHold: new PlaceHold(transactions, holds, postTransfers, systemClock),
    resolveHold: new ResolveHold(transactions, holds, postTransfers),
    expireHolds: new ExpireHolds(transactions, holds, postTransfers),
    postTransfers,
    close: () => dataSource.destroy(),
  };
}
