import { formatAmount, parseAmount } from '@fusion-prime/kernel';
import { amountSchema, cursorSchema, instantSchema, pageLimitSchema } from '@fusion-prime/service';
import { z } from 'zod';
import { assetField, nextCursorField, referenceField, SEARCHED } from '../fields.js';
import { COMMAND_STATUSES, type Command, type CommandOrder } from './command.js';
import { isoOf } from './reason.js';
import type { PastStep } from './step.repository.js';

export const commandIdField = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'letters, digits and . _ : - only, at most 128')
  .describe('Identity of the command, for ever');

export const ingestBody = z
  .strictObject({
    command_id: commandIdField,
    workflow_id: referenceField,
    account_ref: referenceField,
    payer: referenceField.nullish().describe('Defaults to account_ref'),
    payee: referenceField.nullish(),
    asset_symbol: assetField.nullish(),
    amount: amountSchema.nullish(),
    expires_at: instantSchema.nullish().describe('After it the command is not settled any more'),
  })
  .meta({ id: 'IngestCommand' });

export const listQuery = z.strictObject({
  workflow_id: referenceField.optional(),
  account_ref: referenceField.optional(),
  status: z.enum(COMMAND_STATUSES).optional().describe(SEARCHED),
  limit: pageLimitSchema(50),
  cursor: cursorSchema.optional(),
});

const nullableText = z.string().nullable();

export const commandBody = z
  .strictObject({
    command_id: z.string(),
    workflow_id: z.string(),
    account_ref: z.string(),
    payer: nullableText,
    payee: nullableText,
    asset_symbol: nullableText,
    amount: nullableText.describe('Decimal string in canonical form'),
    status: z.enum(COMMAND_STATUSES),
    version: z.int().describe('Also the ETag'),
    reason: nullableText.describe('Why it was rejected, failed, cancelled, expired or reversed'),
    reason_iso: nullableText.describe('The same in ISO 20022 (ExternalStatusReason1Code)'),
    decision: nullableText.describe('What compliance said last'),
    expires_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    last_updated: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Command' });

export const historyBody = z
  .strictObject({
    data: z.array(
      z.strictObject({
        version: z.int(),
        from: z.enum(COMMAND_STATUSES).nullable(),
        to: z.enum(COMMAND_STATUSES),
        reason: nullableText,
        reason_iso: nullableText,
        actor: z.string(),
        occurred_at: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'CommandHistory' });

export const commandPageBody = z
  .strictObject({ data: z.array(commandBody), next_cursor: nextCursorField })
  .meta({ id: 'CommandPage' });

export function toOrder(body: z.infer<typeof ingestBody>): CommandOrder {
  return {
    commandId: body.command_id,
    workflowId: body.workflow_id,
    accountRef: body.account_ref,
    payer: body.payer ?? null,
    payee: body.payee ?? null,
    assetSymbol: body.asset_symbol ?? null,
    amount: body.amount == null ? null : parseAmount(body.amount),
    expiresAt: body.expires_at == null ? null : new Date(body.expires_at),
  };
}

export function toBody(command: Command): z.infer<typeof commandBody> {
  return {
    command_id: command.commandId,
    workflow_id: command.workflowId,
    account_ref: command.accountRef,
    payer: command.payer,
    payee: command.payee,
    asset_symbol: command.assetSymbol,
    amount: command.amount === null ? null : formatAmount(command.amount),
    status: command.status,
    version: command.version,
    reason: command.reason,
    reason_iso: isoOf(command.reason),
    decision: command.decision,
    expires_at: command.expiresAt?.toISOString() ?? null,
    created_at: command.createdAt.toISOString(),
    last_updated: command.lastUpdated?.toISOString() ?? null,
  };
}

export function toHistory(steps: readonly PastStep[]): z.infer<typeof historyBody> {
  return {
    data: steps.map(({ seq, from, to, reason, actor, occurredAt }) => ({
      version: seq,
      from,
      to,
      reason,
      reason_iso: isoOf(reason),
      actor,
      occurred_at: occurredAt.toISOString(),
    })),
  };
}
