import { Refusal } from '@fusion-prime/kernel';
import type { Lacking } from './posting.js';

export class InsufficientFunds extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'insufficient-funds';

  constructor({ ref, asset }: Lacking) {
    super(`${ref} has less ${asset} available than the amount`);
  }
}
