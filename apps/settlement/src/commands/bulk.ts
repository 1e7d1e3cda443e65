import { Refusal, type FieldError } from '@fusion-prime/kernel';
import type { CommandOrder } from './command.js';

export const MAX_BULK_ITEMS = 10_000;

/** One item of a bulk: an order, or why it is none. */
export type BulkItem =
  | { order: CommandOrder }
  | { commandId: string | null; code: string; errors: readonly FieldError[] };

/** One item refused all of an atomic bulk; nothing was written. */
export class BulkRefused extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'bulk-item-refused';
  override readonly fieldErrors: readonly FieldError[];

  /** @param index of the item, from 0 */
  constructor(index: number, why: { code: string; fieldErrors: readonly FieldError[] }) {
    super(`item ${String(index)} is refused (${why.code}), and so is the whole bulk`);
    this.fieldErrors = why.fieldErrors.map((error) => ({
      ...error,
      pointer: `/${String(index)}${error.pointer}`,
    }));
  }
}
