import { formatAmount, formatBalance, parseAmount } from '@fusion-prime/kernel';
import {
  amountOrZeroSchema,
  amountSchema,
  cursorSchema,
  instantSchema,
  pageLimitSchema,
} from '@fusion-prime/service';
import { z } from 'zod';
import { assetField, referenceField } from '../fields.js';
import { availableOf, balanceOf, PURPOSES, type Account } from './account.js';
import { HOLD_STATUSES, type Hold, type HoldOrder } from './hold.js';
import type { Movement } from './movement.js';
import type { Transaction } from './transaction.repository.js';

export const holdIdField = z.uuid();
export const accountRefField = referenceField;

export const movementBody = z
  .strictObject({ account_ref: referenceField, asset_symbol: assetField, amount: amountSchema })
  .meta({ id: 'MoveMoney' });

export const holdOrderBody = z
  .strictObject({
    payer: referenceField,
    payee: referenceField,
    asset_symbol: assetField,
    amount: amountSchema,
    expires_at: instantSchema.nullish().describe('When it is given back by itself'),
  })
  .meta({ id: 'PlaceHold' });

export const captureBody = z
  .strictObject({
    amount: amountOrZeroSchema.nullish().describe('Default: all of it; 0 takes nothing'),
  })
  .meta({ id: 'CaptureHold' });

export const balancesQuery = z.strictObject({
  asset_symbol: assetField.optional(),
  at: instantSchema.optional(),
});

export const transactionsQuery = z
  .strictObject({
    account_ref: referenceField.optional(),
    asset_symbol: assetField.optional().describe('Of an account, or of an origin'),
    origin_id: referenceField.optional(),
    limit: pageLimitSchema(50),
    cursor: cursorSchema.optional(),
  })
  .refine(
    ({ account_ref, asset_symbol, origin_id }) =>
      asset_symbol === undefined || account_ref !== undefined || origin_id !== undefined,
    {
      path: ['asset_symbol'],
      message: 'asset-without-account: name an account_ref or an origin_id too',
    },
  );

export const balanceBody = z
  .strictObject({
    account_ref: z.string(),
    asset_symbol: z.string(),
    balance: z.string().describe('Credits posted less debits posted'),
    available: z.string().describe('The balance less what is held'),
    debits_pending: z.string(),
    debits_posted: z.string(),
    credits_pending: z.string(),
    credits_posted: z.string(),
  })
  .meta({ id: 'Balance' });

export const balancesBody = z.strictObject({ data: z.array(balanceBody) }).meta({ id: 'Balances' });

export const movedBody = z
  .strictObject({
    transaction_id: z.uuid(),
    kind: z.enum(['deposit', 'withdrawal']),
    account_ref: z.string(),
    asset_symbol: z.string(),
    amount: z.string(),
    created_at: z.iso.datetime(),
    balance: balanceBody,
  })
  .meta({ id: 'MoneyMoved' });

export const holdBody = z
  .strictObject({
    hold_id: z.uuid(),
    payer: z.string(),
    payee: z.string(),
    asset_symbol: z.string(),
    amount: z.string(),
    status: z.enum(HOLD_STATUSES),
    captured: z.string().nullable(),
    expires_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    resolved_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Hold' });

export const heldBody = holdBody
  .extend({ balance: balanceBody.describe('Of the payer, after it') })
  .meta({ id: 'HoldAndBalance' });

const side = z.strictObject({ account_ref: z.string(), purpose: z.enum(PURPOSES) });

export const transactionBody = z
  .strictObject({
    transaction_id: z.uuid(),
    kind: z
      .enum(['posted', 'pending', 'post', 'void', 'expire'])
      .describe(
        'posted at once; or held (pending), and the hold then taken, given back or run out',
      ),
    debit: side,
    credit: side,
    asset_symbol: z.string(),
    amount: z.string(),
    origin_type: z.string().describe('command, hold, escrow, group, deposit or withdrawal'),
    origin_id: z.string(),
    pending_id: z.uuid().nullable().describe('The pending one that this ends'),
    reverses_id: z.uuid().nullable().describe('The one that this undoes'),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Transaction' });

export const transactionPageBody = z
  .strictObject({ data: z.array(transactionBody), next_cursor: z.string().nullable() })
  .meta({ id: 'TransactionPage' });

export function toHoldOrder(body: z.infer<typeof holdOrderBody>): HoldOrder {
  return {
    payer: body.payer,
    payee: body.payee,
    assetSymbol: body.asset_symbol,
    amount: parseAmount(body.amount),
    expiresAt: body.expires_at == null ? null : new Date(body.expires_at),
  };
}

export function toBalance(account: Account): z.infer<typeof balanceBody> {
  return {
    account_ref: account.ref,
    asset_symbol: account.asset,
    balance: formatBalance(balanceOf(account)),
    available: formatBalance(availableOf(account)),
    debits_pending: formatBalance(account.debitsPending),
    debits_posted: formatBalance(account.debitsPosted),
    credits_pending: formatBalance(account.creditsPending),
    credits_posted: formatBalance(account.creditsPosted),
  };
}

export function toMoved(movement: Movement): z.infer<typeof movedBody> {
  return {
    transaction_id: movement.transactionId,
    kind: movement.kind,
    account_ref: movement.accountRef,
    asset_symbol: movement.assetSymbol,
    amount: formatAmount(movement.amount),
    created_at: movement.createdAt.toISOString(),
    balance: toBalance(movement.account),
  };
}

export function toHold(hold: Hold): z.infer<typeof holdBody> {
  return {
    hold_id: hold.holdId,
    payer: hold.payer,
    payee: hold.payee,
    asset_symbol: hold.assetSymbol,
    amount: formatAmount(hold.amount),
    status: hold.status,
    captured: hold.captured === null ? null : formatAmount(hold.captured),
    expires_at: hold.expiresAt?.toISOString() ?? null,
    created_at: hold.createdAt.toISOString(),
    resolved_at: hold.resolvedAt?.toISOString() ?? null,
  };
}

export function toTransaction(transaction: Transaction): z.infer<typeof transactionBody> {
  const { debit, credit, origin } = transaction;
  return {
    transaction_id: transaction.transactionId,
    kind: transaction.kind,
    debit: { account_ref: debit.ref, purpose: debit.purpose },
    credit: { account_ref: credit.ref, purpose: credit.purpose },
    asset_symbol: transaction.assetSymbol,
    amount: formatAmount(transaction.amount),
    origin_type: origin.type,
    origin_id: origin.id,
    pending_id: transaction.pendingId,
    reverses_id: transaction.reversesId,
    created_at: transaction.createdAt.toISOString(),
  };
}
