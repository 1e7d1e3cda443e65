import { Refusal } from '@fusion-prime/kernel';

/** A value with a name, written before a deployment and read after it. */
export interface Canary {
  canaryId: string;
  value: string;
  updatedAt: Date;
}

export class CanaryNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'canary-not-found';
  constructor(canaryId: string) {
    super(`there is no canary ${canaryId}`);
  }
}
