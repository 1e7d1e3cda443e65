import { z } from 'zod';

const AMOUNT = /^(0|[1-9]\d{0,19})(\.\d{1,18})?$/;
const ZERO = /^0(\.0+)?$/;

/**
 * An amount in a request: a decimal string above zero. A JSON number is refused under a code of its own,
 * because whoever sends one has already lost digits beyond 2^53.
 *
 * A message of the form `code: words` states the code of its field error.
 */
export const amountSchema = z
  .string({ error: 'amount-not-string: an amount is a JSON string such as "12.50"' })
  .regex(
    AMOUNT,
    'amount-malformed: at most 20 digits before and 18 after the point, no sign, no exponent',
  )
  .refine((text) => !ZERO.test(text), 'amount-not-positive: an amount is above zero')
  .meta({ description: 'Decimal string above zero', examples: ['12.50'] });

/** `?limit=` of a list: 1..200. */
export const pageLimitSchema = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'limit is a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(200))
    .default(fallback)
    .meta({ type: 'integer', minimum: 1, maximum: 200, default: fallback });

/** `?cursor=` of a list: opaque, from the page before. */
export const cursorSchema = z
  .string()
  .max(2_048)
  .meta({ description: 'Opaque; `next_cursor` of the page before' });
