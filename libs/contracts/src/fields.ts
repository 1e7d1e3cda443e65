import { z } from 'zod';

/** A decimal string in canonical form; never a JSON number. */
export const amountField = z.string().regex(/^(0|[1-9]\d{0,19})(\.\d{0,17}[1-9])?$/);

/** The name that a client gave to something of its own. */
export const referenceField = z.string().min(1).max(128);

export const instantField = z.iso.datetime();

/** A stable, lower-case code: why something ended as it did. */
export const reasonField = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
  .max(64);
