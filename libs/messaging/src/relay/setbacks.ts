import { shortened } from '../event-log.js';
import type { DueEvent } from './due-events.js';
import { growing, type RelayLimits } from './limits.js';
import type { Setback } from './settle-events.js';

/** An event that was tried and failed: later again, or parked when that was its last try. */
export function afterFailure(
  { eventId, attempts }: Pick<DueEvent, 'eventId' | 'attempts'>,
  reason: string,
  { limits, random }: { limits: RelayLimits; random: number },
): Setback {
  const failures = attempts + 1;
  const { firstBackoffMs: firstMs, longestBackoffMs: longestMs } = limits;
  return {
    eventId,
    tried: true,
    parked: failures >= limits.maxAttempts,
    delayMs: growing(failures, { firstMs, longestMs, random }),
    reason: shortened(reason),
  };
}

/** An event that was not tried: somebody else's trouble costs it nothing. */
export function untried({ eventId }: Pick<DueEvent, 'eventId'>): Setback {
  return { eventId, tried: false, parked: false, delayMs: 0, reason: null };
}
