import { storableEventSchema } from '@fusion-prime/messaging';
import { z } from 'zod';

/** More than any relay of ours sends at once. */
const MAX_BATCH = 1_000;

/** A delivery of Dapr's that is no CloudEvent which could be stored: it is dropped, not repeated for ever. */
const daprDeliverySchema = z.looseObject({ pubsubname: z.string().max(256) });

/** One event, structured; Dapr's deliveries are events with some attributes of its own. */
export const oneEventSchema = z.union([storableEventSchema, daprDeliverySchema]);
export type OneEvent = z.infer<typeof oneEventSchema>;

export const eventBatchSchema = z.array(storableEventSchema).min(1).max(MAX_BATCH);
export type EventBatch = z.infer<typeof eventBatchSchema>;

/**
 * Google Pub/Sub's push, wrapped: https://cloud.google.com/pubsub/docs/push. Its data is an event, structured
 * and in base64.
 */
export const pubSubPushSchema = z
  .looseObject({
    message: z.looseObject({
      data: z.base64().max(2_000_000),
      messageId: z
        .string()
        .min(1)
        .max(128)
        .regex(/^[^\0]+$/),
    }),
    subscription: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^\0]+$/),
  })
  .meta({ id: 'PubSubPush' });
export type PubSubPush = z.infer<typeof pubSubPushSchema>;

export const daprAnswerSchema = z.object({ status: z.enum(['SUCCESS', 'RETRY', 'DROP']) });
export type DaprAnswer = z.infer<typeof daprAnswerSchema>;

export const daprSubscriptionsSchema = z.array(
  z.object({ pubsubname: z.string(), topic: z.string(), route: z.string() }),
);
