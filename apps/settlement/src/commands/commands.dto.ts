import { formatAmount, parseAmount } from '@fusion-prime/kernel';
import { amountSchema, cursorSchema, pageLimitSchema } from '@fusion-prime/service';
import { z } from 'zod';
import { COMMAND_STATUSES, type Command, type CommandOrder } from './command.js';

export const commandIdField = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'letters, digits and . _ : - only, at most 128')
  .describe('Identity of the command, for ever');

// A reference is the client's own name for something: any printable text.
const reference = z
  .string()
  .min(1)
  .max(128)
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'no control characters');

export const ingestBody = z
  .strictObject({
    command_id: commandIdField,
    workflow_id: reference,
    account_ref: reference,
    payer: reference.nullish().describe('Defaults to account_ref'),
    payee: reference.nullish(),
    asset_symbol: z
      .string()
      .regex(/^[A-Z][A-Z0-9./_-]{0,63}$/, 'upper-case letters, digits and . / _ -')
      .nullish(),
    amount: amountSchema.nullish(),
  })
  .meta({ id: 'IngestCommand' });

export const listQuery = z.strictObject({
  workflow_id: reference.optional(),
  account_ref: reference.optional(),
  status: z.enum(COMMAND_STATUSES).optional(),
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
    created_at: z.iso.datetime(),
    last_updated: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Command' });

export const commandPageBody = z
  .strictObject({ data: z.array(commandBody), next_cursor: z.string().nullable() })
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
    created_at: command.createdAt.toISOString(),
    last_updated: command.lastUpdated?.toISOString() ?? null,
  };
}
