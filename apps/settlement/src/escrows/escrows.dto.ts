import { formatAmount, parseAmount } from '@fusion-prime/kernel';
import { amountSchema, cursorSchema, instantSchema, pageLimitSchema } from '@fusion-prime/service';
import { z } from 'zod';
import { assetField, referenceField, nextCursorField, SEARCHED } from '../fields.js';
import { ESCROW_STATES, type Escrow, type EscrowOrder } from './escrow.js';

export const escrowIdField = z.uuid();

export const escrowOrderBody = z
  .strictObject({
    payer: referenceField,
    payee: referenceField,
    arbiter: referenceField.nullish().describe('Decides disputes; without one there are none'),
    asset_symbol: assetField,
    amount: amountSchema,
    expires_at: instantSchema.nullish().describe('When what is in it goes back by itself'),
  })
  .meta({ id: 'CreateEscrow' });

export const actBody = z
  .strictObject({ acting_party: referenceField.describe('In whose name: payer, payee or arbiter') })
  .meta({ id: 'ActOnEscrow' });

export const splitBody = actBody
  .extend({
    released: amountSchema.describe('To the payee'),
    refunded: amountSchema.describe('To the payer'),
  })
  .meta({ id: 'SplitEscrow' });

export const escrowsQuery = z.strictObject({
  state: z.enum(ESCROW_STATES).optional().describe(SEARCHED),
  limit: pageLimitSchema(50),
  cursor: cursorSchema.optional(),
});

export const escrowBody = z
  .strictObject({
    escrow_id: z.uuid(),
    payer: z.string(),
    payee: z.string(),
    arbiter: z.string().nullable(),
    asset_symbol: z.string(),
    amount: z.string(),
    released: z.string(),
    refunded: z.string(),
    state: z.enum(ESCROW_STATES),
    version: z.int().describe('Also the ETag'),
    expires_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Escrow' });

export const escrowPageBody = z
  .strictObject({ data: z.array(escrowBody), next_cursor: nextCursorField })
  .meta({ id: 'EscrowPage' });

export function toOrder(body: z.infer<typeof escrowOrderBody>): EscrowOrder {
  return {
    payer: body.payer,
    payee: body.payee,
    arbiter: body.arbiter ?? null,
    assetSymbol: body.asset_symbol,
    amount: parseAmount(body.amount),
    expiresAt: body.expires_at == null ? null : new Date(body.expires_at),
  };
}

export function toBody(escrow: Escrow): z.infer<typeof escrowBody> {
  return {
    escrow_id: escrow.escrowId,
    payer: escrow.payer,
    payee: escrow.payee,
    arbiter: escrow.arbiter,
    asset_symbol: escrow.assetSymbol,
    amount: formatAmount(escrow.amount),
    released: formatAmount(escrow.released),
    refunded: formatAmount(escrow.refunded),
    state: escrow.state,
    version: escrow.version,
    expires_at: escrow.expiresAt?.toISOString() ?? null,
    created_at: escrow.createdAt.toISOString(),
    updated_at: escrow.updatedAt.toISOString(),
  };
}
