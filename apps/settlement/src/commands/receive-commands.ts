import { Injectable } from '@nestjs/common';
import { prepared, type Tx } from '@fusion-prime/database';
import { formatAmount } from '@fusion-prime/kernel';
import { OUTBOX_COLUMNS, OUTBOX_TYPES, outboxColumns } from '@fusion-prime/messaging';
import { fingerprint, type Command } from './command.js';
import { commandEvent } from './commands.events.js';

const COMMAND_TYPES = [
  'varchar[]',
  'varchar[]',
  'varchar[]',
  'varchar[]',
  'varchar[]',
  'varchar[]',
  'numeric[]',
  'timestamptz[]',
  'timestamptz[]',
  'timestamptz[]',
  'bytea[]',
  'varchar[]',
] as const;

const parameters = (types: readonly string[], from: number): string =>
  types.map((type, i) => `$${String(from + i)}::${type}`).join(', ');

// Sorted, so that two batches with ids in common wait for each other in one order.
const RECEIVE = prepared(`
  WITH orders AS (
    SELECT * FROM unnest(${parameters(COMMAND_TYPES, 1)}) AS o(command_id, workflow_id, account_ref, payer,
      payee, asset_symbol, amount_numeric, expires_at, due_at, created_at, payload_hash, actor)),
  made AS (
    INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee, asset_symbol,
      amount_numeric, status, expires_at, due_at, created_at, last_updated, payload_hash)
    SELECT command_id, workflow_id, account_ref, payer, payee, asset_symbol, amount_numeric, 'received',
      expires_at, due_at, created_at, created_at, payload_hash FROM orders ORDER BY command_id
    ON CONFLICT (command_id) DO NOTHING
    RETURNING command_id),
  past AS (
    INSERT INTO settlement_command_history (command_id, seq, to_status, actor, occurred_at)
    SELECT command_id, 1, 'received', actor, created_at FROM orders JOIN made USING (command_id)),
  told AS (
    INSERT INTO outbox (${OUTBOX_COLUMNS})
    SELECT e.* FROM unnest(${parameters(OUTBOX_TYPES, COMMAND_TYPES.length + 1)})
      AS e(${OUTBOX_COLUMNS}) JOIN made ON made.command_id = e.aggregate_id)
  SELECT command_id FROM made`);

/** A command on its way in, and when the worker has to look at it first. */
export interface Arrival {
  command: Command;
  actor: string;
  dueAt: Date | null;
}

/** Many commands, their histories and their events, in one statement, which is one commit. */
@Injectable()
export class ReceiveCommands {
  /** @returns the ids that were not there before; those that were are left as they are. */
  async execute(tx: Tx, arrivals: readonly Arrival[]): Promise<Set<string>> {
    const of = <T>(read: (arrival: Arrival) => T): T[] => arrivals.map(read);
    const rows = await tx.query<{ command_id: string }[]>(RECEIVE, [
      of(({ command }) => command.commandId),
      of(({ command }) => command.workflowId),
      of(({ command }) => command.accountRef),
      of(({ command }) => command.payer),
      of(({ command }) => command.payee),
      of(({ command }) => command.assetSymbol),
      of(({ command: { amount } }) => (amount === null ? null : formatAmount(amount))),
      of(({ command }) => command.expiresAt),
      of(({ dueAt }) => dueAt),
      of(({ command }) => command.createdAt),
      of(({ command }) => fingerprint(command)),
      of(({ actor }) => actor),
      ...outboxColumns(arrivals.map(({ command }) => commandEvent(command))),
    ]);
    return new Set(rows.map(({ command_id }) => command_id));
  }
}
