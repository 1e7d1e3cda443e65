import { SEARCHED_ROWS } from '@fusion-prime/kernel';
import { z } from 'zod';

/** A client's own name for something: any printable text. */
export const referenceField = z
  .string()
  .min(1)
  .max(128)
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'no control characters');

export const assetField = z
  .string()
  .regex(/^[A-Z][A-Z0-9./_-]{0,63}$/, 'upper-case letters, digits and . / _ -');

/** A page's `next_cursor`. */
export const nextCursorField = z
  .string()
  .nullable()
  .describe('Where the list goes on; null at its end, and nowhere else');

/** What is said of a filter that no index knows. */
export const SEARCHED = `Each request looks at ${SEARCHED_ROWS.toLocaleString('en')} rows for it: a page may be shorter than \`limit\`, even empty, and the list goes on at \`next_cursor\``;
