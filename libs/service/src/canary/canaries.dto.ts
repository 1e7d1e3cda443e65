import { z } from 'zod';
import type { ProcessIdentity } from '../start/lifecycle.js';
import type { Canary } from './canary.js';

export const canaryIdSchema = z
  .string()
  .regex(/^[\w.:-]{1,64}$/, 'letters, digits and ._:- only, at most 64');

export const putCanarySchema = z.strictObject({ value: z.string().max(1024) });
export type PutCanaryBody = z.infer<typeof putCanarySchema>;

export const canarySchema = z.object({
  canary_id: z.string(),
  value: z.string(),
  updated_at: z.iso.datetime(),
  served_by: z.object({ instance: z.uuid(), started_at: z.iso.datetime() }),
});

/** Says which process answers: what one wrote is persistent when another one reads it. */
export function canaryDto(
  canary: Canary,
  { instance, startedAt }: ProcessIdentity,
): z.infer<typeof canarySchema> {
  return {
    canary_id: canary.canaryId,
    value: canary.value,
    updated_at: canary.updatedAt.toISOString(),
    served_by: { instance, started_at: startedAt.toISOString() },
  };
}
