import { z } from 'zod';
import type { Feed } from './feed.js';

export const feedIdField = z.uuid();

const MAX_AGE_LIMIT_S = 31_536_000; // a year
export const symbolField = z
  .string()
  .regex(/^[A-Z][A-Z0-9./_]{0,31}$/, 'upper-case letters, digits and . / _');

const fields = {
  base: symbolField,
  quote: symbolField,
  max_age_s: z.int().min(1).max(MAX_AGE_LIMIT_S).describe('Older by its source is stale'),
};

export const createBody = z
  .strictObject({
    ...fields,
    output_scale: z.int().min(0).max(24).default(18),
    enabled: z.boolean().default(true),
  })
  .refine(({ base, quote }) => base !== quote, {
    path: ['quote'],
    message: 'pair-of-one: base and quote differ',
  })
  .meta({ id: 'CreateFeed' });

export const feedBody = z
  .strictObject({
    feed_id: z.uuid(),
    ...fields,
    output_scale: z.int(),
    enabled: z.boolean(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Feed' });

export const feedListBody = z.strictObject({ data: z.array(feedBody) }).meta({ id: 'FeedList' });

export function toWish(body: z.infer<typeof createBody>): Omit<Feed, 'feedId' | 'createdAt'> {
  const { base, quote, enabled, max_age_s: maxAgeSeconds, output_scale: outputScale } = body;
  return { base, quote, enabled, maxAgeSeconds, outputScale };
}

export function toBody(feed: Feed): z.infer<typeof feedBody> {
  return {
    feed_id: feed.feedId,
    base: feed.base,
    quote: feed.quote,
    max_age_s: feed.maxAgeSeconds,
    output_scale: feed.outputScale,
    enabled: feed.enabled,
    created_at: feed.createdAt.toISOString(),
  };
}
