import { Refusal } from '@fusion-prime/kernel';

/** One price that one source said, at the source's own time. Kept for ever. */
export interface Observation {
  feedId: string;
  sourceId: string;
  observedAt: Date;
  /** Decimal string above zero, at most 24 digits after the point. */
  price: string;
  /** Who sent it. */
  observedBy: string;
}

/** Clocks differ a little; a price from further ahead than this is a mistake or a lie. */
const MAX_CLOCK_SKEW_MS = 5_000;

export class ObservationFromFuture extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'observation-from-future';

  constructor() {
    super('observed_at lies in the future: say when the price was observed');
  }
}

export class ObservationContradicted extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'observation-contradicted';

  constructor({ sourceId, observedAt }: Observation) {
    super(`source ${sourceId} has said another price for ${observedAt.toISOString()} already`);
  }
}

/** @throws {ObservationFromFuture} */
export function demandPast(observedAt: Date, now: Date): void {
  if (observedAt.getTime() > now.getTime() + MAX_CLOCK_SKEW_MS) throw new ObservationFromFuture();
}
