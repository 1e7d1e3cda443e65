import { cursorSchema, instantSchema, pageLimitSchema } from '@fusion-prime/service';
import { z } from 'zod';
import { nextCursorField, SEARCHED } from '../fields.js';
import { DELIVERY_STATUSES, type Attempt, type Delivery } from './delivery.js';
import { EVENT_TYPES } from './subscription.js';

export const deliveryIdField = z.uuid();

export const deliveriesQuery = z.strictObject({
  status: z.enum(DELIVERY_STATUSES).optional().describe(SEARCHED),
  event_type: z.enum(EVENT_TYPES).optional().describe(SEARCHED),
  limit: pageLimitSchema(50),
  cursor: cursorSchema.optional(),
});

export const recoverBody = z
  .strictObject({
    since: instantSchema.describe('Of the events: what failed or was skipped from then on'),
  })
  .meta({ id: 'RecoverWebhooks' });

export const recoveredBody = z
  .strictObject({
    requeued: z.int(),
    has_more: z.boolean().describe('The same request again takes the rest'),
  })
  .meta({ id: 'RecoveredWebhooks' });

export const deliveryBody = z
  .strictObject({
    delivery_id: z.uuid(),
    subscription_id: z.string(),
    event_id: z.uuid().describe('The webhook-id of every attempt'),
    event_type: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.int(),
    next_attempt_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

export const deliveryPageBody = z
  .strictObject({ data: z.array(deliveryBody), next_cursor: nextCursorField })
  .meta({ id: 'WebhookDeliveryPage' });

export const deliveryWithAttemptsBody = deliveryBody
  .extend({
    attempt_log: z.array(
      z.strictObject({
        attempt: z.int(),
        started_at: z.iso.datetime(),
        duration_ms: z.int(),
        response_status: z.int().nullable(),
        response_body: z.string().nullable().describe('Its first 2 KiB'),
        error: z.string().nullable().describe('Why there was no answer'),
      }),
    ),
  })
  .meta({ id: 'WebhookDeliveryWithAttempts' });

export function toDeliveryBody(delivery: Delivery): z.infer<typeof deliveryBody> {
  return {
    delivery_id: delivery.deliveryId,
    subscription_id: delivery.subscriptionId,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    status: delivery.status,
    attempts: delivery.attempts,
    next_attempt_at: delivery.status === 'pending' ? delivery.nextAttemptAt.toISOString() : null,
    created_at: delivery.createdAt.toISOString(),
    finished_at: delivery.finishedAt?.toISOString() ?? null,
  };
}

export function toDeliveryWithAttemptsBody(
  delivery: Delivery,
  attempts: readonly Attempt[],
): z.infer<typeof deliveryWithAttemptsBody> {
  return {
    ...toDeliveryBody(delivery),
    attempt_log: attempts.map((one) => ({
      attempt: one.attempt,
      started_at: one.startedAt.toISOString(),
      duration_ms: one.durationMs,
      response_status: one.responseStatus,
      response_body: one.responseBody,
      error: one.error,
    })),
  };
}
