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
