import { z } from 'zod';
import { contract } from '../contract.js';
import { amountField, instantField, reasonField, referenceField } from '../fields.js';

export const COMMAND_EVENT_STATUSES = [
  'received',
  'validated',
  'executed',
  'settled',
  'rejected',
  'failed',
  'cancelled',
  'expired',
  'reversed',
] as const;

const commandData = z.object({
  command_id: referenceField,
  workflow_id: referenceField,
  account_ref: referenceField,
  payer: referenceField.nullable(),
  payee: referenceField.nullable(),
  asset_symbol: z.string().nullable(),
  amount: amountField.nullable(),
  status: z.enum(COMMAND_EVENT_STATUSES),
  reason: reasonField.nullable(),
  /** ISO 20022 ExternalStatusReason1Code. */
  reason_iso: z.string().length(4).nullable(),
  version: z.int().positive(),
});
export type CommandEventData = z.infer<typeof commandData>;

export const commandEvents = Object.fromEntries(
  COMMAND_EVENT_STATUSES.map((status) => [
    status,
    contract('settlement', `settlement.command.${status}.v1`, {
      description: `A settlement command is ${status}.`,
      data: commandData,
    }),
  ]),
) as Record<(typeof COMMAND_EVENT_STATUSES)[number], ReturnType<typeof contract<CommandEventData>>>;

export const ESCROW_EVENT_STATES = [
  'created',
  'funded',
  'disputed',
  'released',
  'refunded',
  'split',
  'cancelled',
  'expired',
] as const;

const escrowData = z.object({
  escrow_id: z.uuid(),
  payer: referenceField,
  payee: referenceField,
  arbiter: referenceField.nullable(),
  asset_symbol: z.string(),
  amount: amountField,
  released: amountField,
  refunded: amountField,
  state: z.enum(ESCROW_EVENT_STATES),
  version: z.int().positive(),
});
export type EscrowEventData = z.infer<typeof escrowData>;

export const escrowEvents = Object.fromEntries(
  ESCROW_EVENT_STATES.map((state) => [
    state,
    contract('settlement', `settlement.escrow.${state}.v1`, {
      description: `An escrow is ${state}.`,
      data: escrowData,
    }),
  ]),
) as Record<(typeof ESCROW_EVENT_STATES)[number], ReturnType<typeof contract<EscrowEventData>>>;

const groupData = z.object({
  group_id: z.uuid(),
  model: z.enum(['DVP1', 'PVP']),
  status: z.enum(['settled', 'failed']),
  leg_count: z.int().min(2),
  failed_leg: z.int().positive().nullable(),
  reason: reasonField.nullable(),
});
export type GroupEventData = z.infer<typeof groupData>;

export const groupSettled = contract('settlement', 'settlement.group.settled.v1', {
  description: 'Every leg of a group was posted, in one transaction.',
  data: groupData,
});

export const groupFailed = contract('settlement', 'settlement.group.failed.v1', {
  description: 'No leg of a group was posted; the leg that failed is named.',
  data: groupData,
});

export const webhookDisabled = contract('settlement', 'settlement.webhook.disabled.v1', {
  description:
    'A webhook subscription gets no more deliveries, because its endpoint failed or is gone.',
  data: z.object({
    subscription_id: referenceField,
    /** Scheme and host alone: a path may carry a secret. */
    origin: z.string(),
    reason: reasonField,
    failing_since: instantField.nullable(),
  }),
});
