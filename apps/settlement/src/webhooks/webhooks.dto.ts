import { cursorSchema, pageLimitSchema } from '@fusion-prime/service';
import { z } from 'zod';
import { isSecret } from './secret.js';
import { EVENT_TYPES, type Subscription, type SubscriptionWish } from './subscription.js';

export const subscriptionIdField = z.string().min(1).max(128);

const urlField = z
  .string()
  .max(512)
  .refine(isHttpUrl, 'webhook-url-malformed: an absolute http or https URL without a user part')
  .describe('Where events are posted');

const eventTypesField = z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length);

const secretField = z
  .string()
  .refine(isSecret, 'webhook-secret-malformed: whsec_ and the base64 of 24 to 64 random bytes')
  .describe('A secret of your own; without it the service makes one');

const shownSecret = z
  .string()
  .nullable()
  .describe('Shown this once: signatures are made with it; null in a replayed answer');

export const createBody = z
  .strictObject({
    url: urlField,
    event_types: eventTypesField,
    enabled: z.boolean().default(true),
    description: z.string().max(512).nullish(),
    secret: secretField.optional(),
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
    disabled_reason: z
      .enum(['endpoint-gone', 'endpoint-failing'])
      .nullable()
      .describe('Why the service disabled it; enable it again to go on'),
    failing_since: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'WebhookSubscription' });

export const createdBody = subscriptionBody
  .extend({ secret: shownSecret })
  .meta({ id: 'CreatedWebhookSubscription' });

export const rotateBody = z
  .strictObject({ secret: secretField.optional() })
  .meta({ id: 'RotateWebhookSecret' });

export const rotatedBody = z
  .strictObject({
    subscription_id: z.string(),
    secret: shownSecret,
    previous_secret_expires_at: z.iso
      .datetime()
      .describe('Until then the secret of before signs too'),
  })
  .meta({ id: 'RotatedWebhookSecret' });

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
    disabled_reason: subscription.disabledReason,
    failing_since: subscription.firstFailureAt?.toISOString() ?? null,
    created_at: subscription.createdAt.toISOString(),
    updated_at: subscription.updatedAt.toISOString(),
  };
}

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '';
}
