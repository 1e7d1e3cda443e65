import type { DisabledReason } from './subscription.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** An endpoint that has failed for that long is given up. */
export const PATIENCE_MS = 5 * DAY_MS;

/** How the attempts of one subscription went, one after the other. */
export interface AttemptMark {
  at: Date;
  ending: 'success' | 'failure' | 'gone';
}

export interface Health {
  /** Since when every attempt has failed; null when the last one did not. */
  firstFailureAt: Date | null;
  /** Why it is disabled now; null while it goes on. */
  disable: DisabledReason | null;
}

/**
 * What a subscription's latest attempts make of its health: one success forgets every failure, an endpoint
 * that says 410 is gone, and one that has failed for five days without a success is given up.
 */
export function healthAfter(firstFailureAt: Date | null, marks: readonly AttemptMark[]): Health {
  let since = firstFailureAt;
  for (const { at, ending } of [...marks].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    if (ending === 'success') {
      since = null;
      continue;
    }
    since ??= at;
    if (ending === 'gone') return { firstFailureAt: since, disable: 'endpoint-gone' };
    if (at.getTime() - since.getTime() >= PATIENCE_MS) {
      return { firstFailureAt: since, disable: 'endpoint-failing' };
    }
  }
  return { firstFailureAt: since, disable: null };
}
