import { instantSchema } from '@fusion-prime/service';
import { z } from 'zod';
import { sourceIdField } from '../sources/sources.dto.js';

const PRICE = /^(0|[1-9]\d{0,35})(\.\d{1,24})?$/;

/** Wider than an amount: a price of a tiny token needs more than 18 digits after the point. */
export const priceField = z
  .string({ error: 'amount-not-string: a price is a JSON string such as "1834.27"' })
  .regex(PRICE, 'price-malformed: at most 36 digits before and 24 after the point')
  .refine((text) => !/^0(\.0+)?$/.test(text), 'price-not-positive: a price is above zero');

export const recordBody = z
  .strictObject({
    source_id: sourceIdField,
    price: priceField,
    observed_at: instantSchema.describe("The source's own time"),
  })
  .meta({ id: 'RecordObservation' });

export const recordedBody = z
  .strictObject({
    feed_id: z.uuid(),
    source_id: z.uuid(),
    price: z.string(),
    observed_at: z.iso.datetime(),
    is_latest: z.boolean().describe('Whether it became the latest price of the feed'),
  })
  .meta({ id: 'RecordedObservation' });
