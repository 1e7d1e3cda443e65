import { formatAmount, parseAmount } from '@fusion-prime/kernel';
import { amountSchema, instantSchema } from '@fusion-prime/service';
import { z } from 'zod';
import { assetField, referenceField } from '../fields.js';
import { GROUP_MODELS, GROUP_STATUSES, type Group, type GroupOrder } from './group.js';

const MAX_LEGS = 100;

export const groupIdField = z.uuid();

const legOrder = z.strictObject({
  payer: referenceField,
  payee: referenceField,
  asset_symbol: assetField,
  amount: amountSchema,
});

export const groupOrderBody = z
  .strictObject({
    model: z.enum(GROUP_MODELS).describe('DVP1 gross delivery, PVP payment versus payment'),
    cutoff_at: instantSchema
      .nullish()
      .describe('When it fails unless all have affirmed and compliance has approved'),
    legs: z.array(legOrder).min(2).max(MAX_LEGS).describe('Posted in this order, all or none'),
  })
  .meta({ id: 'CreateGroup' });

export const partyBody = z
  .strictObject({ acting_party: referenceField.describe('In whose name') })
  .meta({ id: 'ActOnGroup' });

export const groupBody = z
  .strictObject({
    group_id: z.uuid(),
    model: z.enum(GROUP_MODELS),
    status: z.enum(GROUP_STATUSES),
    legs: z.array(
      z.strictObject({
        leg: z.int(),
        payer: z.string(),
        payee: z.string(),
        asset_symbol: z.string(),
        amount: z.string(),
        affirmed_at: z.iso.datetime().nullable(),
      }),
    ),
    failed_leg: z.int().nullable(),
    reason: z.string().nullable(),
    version: z.int().describe('Also the ETag'),
    cutoff_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Group' });

export function toOrder(body: z.infer<typeof groupOrderBody>): GroupOrder {
  return {
    model: body.model,
    cutoffAt: body.cutoff_at == null ? null : new Date(body.cutoff_at),
    legs: body.legs.map((leg) => ({
      payer: leg.payer,
      payee: leg.payee,
      assetSymbol: leg.asset_symbol,
      amount: parseAmount(leg.amount),
    })),
  };
}

export function toBody(group: Group): z.infer<typeof groupBody> {
  return {
    group_id: group.groupId,
    model: group.model,
    status: group.status,
    legs: group.legs.map((leg) => ({
      leg: leg.leg,
      payer: leg.payer,
      payee: leg.payee,
      asset_symbol: leg.assetSymbol,
      amount: formatAmount(leg.amount),
      affirmed_at: leg.affirmedAt?.toISOString() ?? null,
    })),
    failed_leg: group.failedLeg,
    reason: group.reason,
    version: group.version,
    cutoff_at: group.cutoffAt?.toISOString() ?? null,
    created_at: group.createdAt.toISOString(),
    updated_at: group.updatedAt.toISOString(),
  };
}
