/** At most so many requests at once to one subscription's endpoint, however well it answers. */
const MOST_AT_ONCE = 32;
/** Of an endpoint that nothing is known about yet. */
const FIRST_AT_ONCE = 4;
/** An answer that takes longer makes an endpoint slow. */
const SLOW_MS = 1_000;
/** Paces of endpoints that were not heard of for long are forgotten beyond these. */
const REMEMBERED = 10_000;

interface Pace {
  inFlight: number;
  atOnce: number;
  hampered: boolean;
}

/**
 * How many requests at once each endpoint may get, so that one that is slow or dead never stands in the way
 * of another.
 *
 *   answers fast ─► twice as many at once, up to 32          slow ─► half as many
 *   fails ─► one at a time                                   slow or failing: hampered
 *
 * All hampered endpoints together hold at most a quarter of the slots: the rest is for those that answer.
 */
export class EndpointPace {
  private readonly paces = new Map<string, Pace>();
  private inFlight = 0;
  private hamperedInFlight = 0;

  constructor(private readonly slots: number) {}

  get free(): number {
    return this.slots - this.inFlight;
  }

  /** Takes at most `most` slots for an endpoint. @returns how many it got */
  take(subscriptionId: string, failing: boolean, most: number): number {
    const pace = this.paceOf(subscriptionId, failing);
    const lane = Math.max(1, Math.floor(this.slots / 4));
    const left = pace.hampered ? Math.min(this.free, lane - this.hamperedInFlight) : this.free;
    const taken = Math.max(0, Math.min(most, left, pace.atOnce - pace.inFlight));
    this.count(pace, taken);
    return taken;
  }

  /** For slots that nothing was found to send with. */
  giveBack(subscriptionId: string, slots: number): void {
    this.count(this.paceOf(subscriptionId, false), -slots);
  }

  /** One request is over: its slot is free, and its endpoint is known better. */
  end(subscriptionId: string, { ok, durationMs }: { ok: boolean; durationMs: number }): void {
    const pace = this.paceOf(subscriptionId, false);
    this.count(pace, -1);
    const slow = durationMs > SLOW_MS;
    if (!ok) pace.atOnce = 1;
    else if (slow) pace.atOnce = Math.max(1, Math.floor(pace.atOnce / 2));
    else pace.atOnce = Math.min(MOST_AT_ONCE, pace.atOnce * 2);
    const hampered = !ok || slow;
    if (hampered !== pace.hampered)
      this.hamperedInFlight += hampered ? pace.inFlight : -pace.inFlight;
    pace.hampered = hampered;
  }

  private count(pace: Pace, slots: number): void {
    pace.inFlight += slots;
    this.inFlight += slots;
    if (pace.hampered) this.hamperedInFlight += slots;
  }

  private paceOf(subscriptionId: string, failing: boolean): Pace {
    const known = this.paces.get(subscriptionId);
    if (known !== undefined) return known;
    if (this.paces.size >= REMEMBERED) this.forgetIdle();
    const pace = { inFlight: 0, atOnce: failing ? 1 : FIRST_AT_ONCE, hampered: failing };
    this.paces.set(subscriptionId, pace);
    return pace;
  }

  private forgetIdle(): void {
    for (const [subscriptionId, { inFlight }] of this.paces) {
      if (inFlight === 0) this.paces.delete(subscriptionId);
    }
  }
}
