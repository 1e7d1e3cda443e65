import { z } from 'zod';
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
});

export function canaryDto(canary: Canary): z.infer<typeof canarySchema> {
  return {
    canary_id: canary.canaryId,
    value: canary.value,
    updated_at: canary.updatedAt.toISOString(),
  };
}
