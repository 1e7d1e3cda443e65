import { z } from 'zod';
import { contract } from '../contract.js';
import { instantField, reasonField, referenceField } from '../fields.js';

export const TRANSFER_DECISIONS = ['APPROVED', 'REJECTED', 'HELD', 'PENDING'] as const;

/** What was decided after settlement had been told to wait. */
export const transferDecided = contract('compliance', 'compliance.transfer.decided.v1', {
  description: 'A transfer that was held or pending is decided, or decided anew.',
  data: z.object({
    settlement_id: referenceField,
    decision: z.enum(TRANSFER_DECISIONS),
    reasons: z.array(reasonField),
    decided_by: referenceField,
    decided_at: instantField,
    version: z.int().positive(),
  }),
});
