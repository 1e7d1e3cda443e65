const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long before each attempt, after the one before failed. Standard Webhooks' example, ten attempts. */
export const RETRY_DELAYS_MS: readonly number[] = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** An endpoint may put us off that long, and no longer. */
const LONGEST_RETRY_AFTER_MS = 24 * HOUR_MS;
// Endpoints that failed together are not to be tried together.
const JITTER = 0.1;

/**
 * When to try again.
 *
 * @param failures how many attempts of this round have failed, at least 1
 * @param retryAfterMs what the endpoint asked for: not sooner than the schedule's, at most 24 h
 * @param random 0 to 1
 * @returns null when the schedule is at its end
 */
export function retryDelayMs(
  failures: number,
  retryAfterMs: number | null,
  random: number,
): number | null {
  const scheduledMs = RETRY_DELAYS_MS[failures];
  if (scheduledMs === undefined) return null;
  const jitteredMs = scheduledMs * (1 + JITTER * random);
  if (retryAfterMs === null) return jitteredMs;
  return Math.max(jitteredMs, Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
}

/**
 * `Retry-After`: seconds, or an HTTP date. Null when it is neither.
 *
 * @see RFC 9110, section 10.2.3
 */
export function parseRetryAfterMs(value: string | undefined, now: Date): number | null {
  if (value === undefined) return null;
  if (/^\d{1,10}$/.test(value)) return Number(value) * SECOND_MS;
  const at = /^[A-Z][a-z]{2},/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
