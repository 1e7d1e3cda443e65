import { cursorSchema, pageLimitSchema } from '@fusion-prime/service';
import { z } from 'zod';
import { EVENT_TYPES, type Subscription } from './subscription.js';
import type { SubscriptionWish } from './create-subscription.js';

export const subscriptionIdField = z.string().min(1).max(128);

const urlField = z
  .string()
  .max(512)
  .refine(isHttpUrl, 'webhook-url-malformed: an absolute http or https URL without a user part')
  .describe('Where events are posted');

const eventTypesField = z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length);

export const createBody = z
  .strictObject({
    url: urlField,
    event_types: eventTypesField,
    enabled: z.boolean().default(true),
    description: z.string().max(512).nullish(),
  })
  .meta({ id: 'CreateWebhookSubscription' });

export const changeBody = z
  .strictObject({
    url: urlField.optional(),
    event_types: eventTypesField.optional(),
    enabled: z.boolean().optional(),
    description: z.string().max(512).nullable().optional(),
  })
  .refine(
    (change) => Object.keys(change).length > 0,
    'change-empty: name at least one field to change',
  )
  .meta({ id: 'ChangeWebhookSubscription' });

export const listQuery = z.strictObject({
  limit: pageLimitSchema(50),
  cursor: cursorSchema.optional(),
});

export const subscriptionBody = z
  .strictObject({
    subscription_id: z.string(),
    url: z.string(),
    event_types: z.array(z.string()),
    enabled: z.boolean(),
    description: z.string().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'WebhookSubscription' });

export const createdBody = subscriptionBody
  .extend({
    secret: z
      .string()
      .nullable()
      .describe('Shown this once: signatures are made with it; null in a replayed answer'),
  })
  .meta({ id: 'CreatedWebhookSubscription' });

export const subscriptionPageBody = z
  .strictObject({ data: z.array(subscriptionBody), next_cursor: z.string().nullable() })
  .meta({ id: 'WebhookSubscriptionPage' });

export function toWish(body: z.infer<typeof createBody>): SubscriptionWish {
  return {
    url: body.url,
    eventTypes: body.event_types,
    enabled: body.enabled,
    description: body.description ?? null,
  };
}

export function toChange(body: z.infer<typeof changeBody>): Partial<SubscriptionWish> {
  return {
    ...(body.url !== undefined && { url: body.url }),
    ...(body.event_types !== undefined && { eventTypes: body.event_types }),
    ...(body.enabled !== undefined && { enabled: body.enabled }),
    ...(body.description !== undefined && { description: body.description }),
  };
}

export function toBody(subscription: Subscription): z.infer<typeof subscriptionBody> {
  return {
    subscription_id: subscription.subscriptionId,
    url: subscription.url,
    event_types: [...subscription.eventTypes],
    enabled: subscription.enabled,
    description: subscription.description,
    created_at: subscription.createdAt.toISOString(),
  };
}

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '';
}
