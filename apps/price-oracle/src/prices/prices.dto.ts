import { z } from 'zod';
import { symbolField } from '../feeds/feeds.dto.js';
import type { PricedFeed } from './latest-price.repository.js';
import { ageSeconds, statusOf } from './price.js';

const MAX_PAIRS = 100;

/** `ETH-USD` */
export const pairField = z
  .string()
  .max(65)
  .transform((text, context) => {
    const [base = '', quote = '', ...rest] = text.split('-');
    const good = [base, quote].every((symbol) => symbolField.safeParse(symbol).success);
    if (good && rest.length === 0) return { base, quote };
    context.addIssue('pair-malformed: BASE-QUOTE, such as ETH-USD');
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['ETH-USD'] });

export const pricesQuery = z.strictObject({
  feeds: z
    .string()
    .max(MAX_PAIRS * 66)
    .transform((text) => text.split(','))
    .pipe(z.array(pairField).min(1).max(MAX_PAIRS))
    .meta({
      type: 'string',
      description: 'Pairs separated by commas',
      examples: ['ETH-USD,BTC-USD'],
    }),
});

export const priceBody = z
  .strictObject({
    feed: z.string(),
    price: z.string().nullable().describe('Decimal string; null while there is none'),
    status: z.enum(['FRESH', 'STALE', 'UNAVAILABLE']),
    age_s: z.int().nullable().describe('By the clock of the source'),
    seq: z.string().nullable(),
    source_id: z.uuid().nullable(),
    observed_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Price' });

export const priceListBody = z.strictObject({ data: z.array(priceBody) }).meta({ id: 'PriceList' });

export function toBody(
  { pair, maxAgeSeconds, latest }: PricedFeed,
  now: Date,
): z.infer<typeof priceBody> {
  if (latest === null) {
    return {
      feed: pair,
      price: null,
      status: 'UNAVAILABLE',
      age_s: null,
      seq: null,
      source_id: null,
      observed_at: null,
    };
  }
  return {
    feed: pair,
    price: latest.price,
    status: statusOf(latest, maxAgeSeconds, now),
    age_s: ageSeconds(latest.observedAt, now),
    seq: latest.seq,
    source_id: latest.sourceId,
    observed_at: latest.observedAt.toISOString(),
  };
}
