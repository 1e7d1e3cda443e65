import { z } from 'zod';

const AMOUNT = /^(0|[1-9]\d{0,19})(\.\d{1,18})?$/;
const ZERO = /^0(\.0+)?$/;

function decimalText() {
  return z
    .string({ error: 'amount-not-string: an amount is a JSON string such as "12.50"' })
    .regex(
      AMOUNT,
      'amount-malformed: at most 20 digits before and 18 after the point, no sign, no exponent',
    );
}

/**
 * An amount in a request: a decimal string above zero. A JSON number is refused under a code of its own,
 * because whoever sends one has already lost digits beyond 2^53.
 *
 * A message of the form `code: words` states the code of its field error.
 */
export const amountSchema = decimalText()
  .refine((text) => !ZERO.test(text), 'amount-not-positive: an amount is above zero')
  .meta({ description: 'Decimal string above zero', examples: ['12.50'] });

/** The same where nothing is an amount too. */
export const amountOrZeroSchema = decimalText().meta({
  description: 'Decimal string, zero or more',
  examples: ['12.50', '0'],
});

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

const FIRST_INSTANT_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_INSTANT_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A point in time in a request: ISO 8601 with `Z` or an offset. In UTC its year has four digits, or our
 * own answers could not say it back: `9999-12-31T23:59:59-01:00` is in the year +010000.
 */
export const instantSchema = z.iso
  .datetime({ offset: true })
  .max(40)
  .refine((text) => {
    const ms = Date.parse(text);
    return ms >= FIRST_INSTANT_MS && ms <= LAST_INSTANT_MS;
  }, 'instant-out-of-range: from the year 0001 to 9999, in UTC');
