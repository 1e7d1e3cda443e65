import type { EntityClass } from '@fusion-prime/database';
import { CanaryEntity } from '../canary/canary.entity.js';
import { IdempotencyKeyEntity } from '../idempotency/idempotency-key.entity.js';

/** The tables that every service has; its own come beside them. */
export const commonEntities: readonly EntityClass[] = [CanaryEntity, IdempotencyKeyEntity];
