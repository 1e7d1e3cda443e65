import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import {
  formatAmount,
  parseAmount,
  type KeysetPosition,
  type KeysetRow,
} from '@fusion-prime/kernel';
import { CommandNotFound, fingerprint, type Command, type CommandStatus } from './command.js';

export interface CommandFilter {
  workflowId?: string | undefined;
  accountRef?: string | undefined;
  status?: CommandStatus | undefined;
}

interface CommandRow {
  command_id: string;
  workflow_id: string;
  account_ref: string;
  payer: string | null;
  payee: string | null;
  asset_symbol: string | null;
  amount_numeric: string | null;
  status: CommandStatus;
  created_at: Date;
  last_updated: Date | null;
  position: string;
}

const COLUMNS = `command_id, workflow_id, account_ref, payer, payee, asset_symbol, amount_numeric,
  status, created_at, last_updated, created_at::text AS position`;

@Injectable()
export class CommandRepository {
  /** False when the id is taken: the row that holds it is left as it is. */
  async insert(tx: Tx, command: Command): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee, asset_symbol,
         amount_numeric, status, created_at, last_updated, payload_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)
       ON CONFLICT (command_id) DO NOTHING
       RETURNING command_id`,
      [
        command.commandId,
        command.workflowId,
        command.accountRef,
        command.payer,
        command.payee,
        command.assetSymbol,
        command.amount === null ? null : formatAmount(command.amount),
        command.status,
        command.createdAt,
        fingerprint(command),
      ],
    );
    return rows.length === 1;
  }

  async findById(tx: Tx, commandId: string): Promise<Command | null> {
    const rows = await tx.query<CommandRow[]>(
      `SELECT ${COLUMNS} FROM settlement_commands WHERE command_id = $1`,
      [commandId],
    );
    return rows[0] === undefined ? null : toCommand(rows[0]);
  }

  /** @throws {CommandNotFound} */
  async getById(tx: Tx, commandId: string): Promise<Command> {
    const command = await this.findById(tx, commandId);
    if (command === null) throw new CommandNotFound(commandId);
    return command;
  }

  /** Newest first; reads one row more than asked, so that the caller knows whether a next page exists. */
  async list(
    tx: Tx,
    {
      filter,
      after,
      limit,
    }: { filter: CommandFilter; after: KeysetPosition | null; limit: number },
  ): Promise<KeysetRow<Command>[]> {
    const rows = await tx.query<CommandRow[]>(
      `SELECT ${COLUMNS} FROM settlement_commands
        WHERE ($1::varchar IS NULL OR workflow_id = $1)
          AND ($2::varchar IS NULL OR account_ref = $2)
          AND ($3::varchar IS NULL OR status = $3)
          AND ($4::timestamptz IS NULL OR (created_at, command_id) < ($4::timestamptz, $5::varchar))
        ORDER BY created_at DESC, command_id DESC
        LIMIT $6`,
      [
        filter.workflowId ?? null,
        filter.accountRef ?? null,
        filter.status ?? null,
        after?.[0] ?? null,
        after?.[1] ?? null,
        limit + 1,
      ],
    );
    return rows.map((row) => ({
      item: toCommand(row),
      position: [row.position, row.command_id],
    }));
  }
}

function toCommand(row: CommandRow): Command {
  return {
    commandId: row.command_id,
    workflowId: row.workflow_id,
    accountRef: row.account_ref,
    payer: row.payer,
    payee: row.payee,
    assetSymbol: row.asset_symbol,
    amount: row.amount_numeric === null ? null : parseAmount(row.amount_numeric),
    status: row.status,
    createdAt: row.created_at,
    lastUpdated: row.last_updated,
  };
}
