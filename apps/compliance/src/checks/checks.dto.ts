import { instantSchema } from '@fusion-prime/service';
import { z } from 'zod';
import {
  CHECK_KINDS,
  CHECK_STATES,
  REJECT_TYPES,
  type Check,
  type CheckMove,
  type CheckTransition,
} from './check.js';

export const checkIdField = z.uuid();

export const startBody = z
  .strictObject({
    kind: z.enum(CHECK_KINDS),
    provider: z.string().min(1).max(64).nullish(),
    provider_ref: z.string().min(1).max(128).nullish(),
  })
  .refine(({ provider, provider_ref }) => (provider == null) === (provider_ref == null), {
    path: ['provider_ref'],
    message: 'provider-ref-incomplete: provider and provider_ref come together',
  })
  .meta({ id: 'StartCheck' });

export const moveBody = z
  .strictObject({
    to_state: z.enum(CHECK_STATES),
    reject_type: z.enum(REJECT_TYPES).nullish(),
    valid_until: instantSchema.nullish(),
    reason: z.string().min(1).max(512).nullish(),
  })
  .refine(({ to_state, reject_type }) => (to_state === 'REJECTED') === (reject_type != null), {
    path: ['reject_type'],
    message: 'reject-type-misplaced: stated exactly when the check is REJECTED',
  })
  .refine(({ to_state, valid_until }) => valid_until == null || to_state === 'APPROVED', {
    path: ['valid_until'],
    message: 'valid-until-misplaced: only an approval runs out',
  })
  .meta({ id: 'MoveCheck' });

const transitionBody = z.strictObject({
  seq: z.int(),
  from_state: z.enum(CHECK_STATES).nullable(),
  to_state: z.enum(CHECK_STATES),
  actor: z.string(),
  reason: z.string().nullable(),
  occurred_at: z.iso.datetime(),
});

export const checkBody = z
  .strictObject({
    check_id: z.uuid(),
    subject_id: z.uuid(),
    kind: z.enum(CHECK_KINDS),
    state: z.enum(CHECK_STATES),
    reject_type: z.enum(REJECT_TYPES).nullable(),
    provider: z.string().nullable(),
    provider_ref: z.string().nullable(),
    requested_by: z.string(),
    requested_at: z.iso.datetime(),
    decided_at: z.iso.datetime().nullable(),
    valid_until: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Check' });

export const checkListBody = z
  .strictObject({
    data: z.array(checkBody.extend({ transitions: z.array(transitionBody) })),
  })
  .meta({ id: 'CheckList' });

export function toMove(body: z.infer<typeof moveBody>): CheckMove {
  return {
    toState: body.to_state,
    rejectType: body.reject_type ?? null,
    validUntil: body.valid_until == null ? null : new Date(body.valid_until),
    reason: body.reason ?? null,
  };
}

export function toBody(check: Check): z.infer<typeof checkBody> {
  return {
    check_id: check.checkId,
    subject_id: check.subjectId,
    kind: check.kind,
    state: check.state,
    reject_type: check.rejectType,
    provider: check.provider,
    provider_ref: check.providerRef,
    requested_by: check.requestedBy,
    requested_at: check.requestedAt.toISOString(),
    decided_at: check.decidedAt?.toISOString() ?? null,
    valid_until: check.validUntil?.toISOString() ?? null,
  };
}

export function toTransitionBody(step: CheckTransition): z.infer<typeof transitionBody> {
  return {
    seq: step.seq,
    from_state: step.fromState,
    to_state: step.toState,
    actor: step.actor,
    reason: step.reason,
    occurred_at: step.occurredAt.toISOString(),
  };
}
