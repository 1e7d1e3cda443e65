import { instantSchema } from '@fusion-prime/service';
import { z } from 'zod';
import type { Acknowledgement } from './acknowledgement.js';

export const acknowledgeBody = z
  .strictObject({
    note: z.string().min(1).max(1024).nullish(),
    expires_at: instantSchema.nullish().describe('When it runs out by itself'),
  })
  .meta({ id: 'AcknowledgeAlert' });

export const acknowledgementBody = z
  .strictObject({
    acknowledgement_id: z.uuid(),
    alert_id: z.uuid(),
    actor: z.string(),
    note: z.string().nullable(),
    acknowledged_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Acknowledgement' });

export function toBody(acknowledgement: Acknowledgement): z.infer<typeof acknowledgementBody> {
  return {
    acknowledgement_id: acknowledgement.acknowledgementId,
    alert_id: acknowledgement.alertId,
    actor: acknowledgement.actor,
    note: acknowledgement.note,
    acknowledged_at: acknowledgement.acknowledgedAt.toISOString(),
    expires_at: acknowledgement.expiresAt?.toISOString() ?? null,
  };
}
