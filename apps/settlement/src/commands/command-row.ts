import { parseAmount } from '@fusion-prime/kernel';
import type { Command, CommandStatus, Decision } from './command.js';
import type { Reason } from './reason.js';

export interface CommandRow {
  command_id: string;
  workflow_id: string;
  account_ref: string;
  payer: string | null;
  payee: string | null;
  asset_symbol: string | null;
  amount_numeric: string | null;
  status: CommandStatus;
  version: number;
  reason_code: Reason | null;
  decision: Decision | null;
  hold_id: string | null;
  expires_at: Date | null;
  created_at: Date;
  last_updated: Date | null;
}

export const COMMAND_COLUMNS = `command_id, workflow_id, account_ref, payer, payee, asset_symbol,
  amount_numeric, status, version, reason_code, decision, hold_id, expires_at, created_at, last_updated`;

export function toCommand(row: CommandRow): Command {
  return {
    commandId: row.command_id,
    workflowId: row.workflow_id,
    accountRef: row.account_ref,
    payer: row.payer,
    payee: row.payee,
    assetSymbol: row.asset_symbol,
    amount: row.amount_numeric === null ? null : parseAmount(row.amount_numeric),
    status: row.status,
    version: row.version,
    reason: row.reason_code,
    decision: row.decision,
    holdId: row.hold_id,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    lastUpdated: row.last_updated,
  };
}
