import { commandEvents, type CommandEventData } from '@fusion-prime/contracts';
import { formatAmount } from '@fusion-prime/kernel';
import type { NewEvent } from '@fusion-prime/messaging';
import type { Command } from './command.js';
import { isoOf } from './reason.js';

/** What is told about a command that has just reached its status. */
export function commandEvent(command: Command): NewEvent<CommandEventData> {
  return {
    contract: commandEvents[command.status],
    aggregateId: command.commandId,
    sequence: command.version,
    occurredAt: command.lastUpdated ?? command.createdAt,
    data: {
      command_id: command.commandId,
      workflow_id: command.workflowId,
      account_ref: command.accountRef,
      payer: command.payer,
      payee: command.payee,
      asset_symbol: command.assetSymbol,
      amount: command.amount === null ? null : formatAmount(command.amount),
      status: command.status,
      reason: command.reason,
      reason_iso: isoOf(command.reason),
      version: command.version,
    },
  };
}
