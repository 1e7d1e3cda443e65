/** Every bound of a relay. All of them can be stated; these are what a service runs with. */
export interface RelayLimits {
  /** Pause after a turn that found nothing; half of it is what a commit waits on average. */
  pollMs: number;
  /** Rows of one claim. */
  claimSize: number;
  /** Events of one delivery, and how many bytes they have together. */
  batchSize: number;
  batchBytes: number;
  /** Deliveries of one claim at the same time: what is about one aggregate is in one of them. */
  parallel: number;
  /** A claim that was not settled by then is anybody's: its relay is gone. */
  leaseMs: number;
  /** Tries of one event before it is parked. */
  maxAttempts: number;
  firstBackoffMs: number;
  longestBackoffMs: number;
  /** How long a silent subscriber is left alone. */
  firstPauseMs: number;
  longestPauseMs: number;
}

export const RELAY_LIMITS: Readonly<RelayLimits> = Object.freeze({
  pollMs: 50,
  claimSize: 400,
  batchSize: 100,
  batchBytes: 1024 * 1024,
  parallel: 4,
  leaseMs: 30_000,
  // 1 s, 2 s, 4 s … five minutes: some twenty minutes in all, a restart with its migrations and some air.
  maxAttempts: 12,
  firstBackoffMs: 1_000,
  longestBackoffMs: 300_000,
  firstPauseMs: 200,
  longestPauseMs: 10_000,
});

/** Doubles with each failure up to a bound, and scatters over its upper half: relays that failed together part. */
export function growing(
  failures: number,
  { firstMs, longestMs, random }: { firstMs: number; longestMs: number; random: number },
): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(fullMs * (0.5 + random / 2));
}
