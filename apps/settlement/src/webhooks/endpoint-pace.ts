/** At most so many requests at once to one subscription's endpoint, however well it answers. */
const MOST_AT_ONCE = 32;
/** Of one that answers slowly, but answers. */
const MOST_AT_ONCE_SLOW = 8;
/** Of an endpoint that nothing is known about yet. */
const FIRST_AT_ONCE = 4;
/** A request that takes longer is slow: it no longer counts among the slots, but its endpoint is hampered. */
export const SLOW_MS = 1_000;
/** Slow requests cost a socket each and nothing else; beyond so many times the slots they count again. */
const SLOW_PER_SLOT = 4;
/** Paces of endpoints that have nothing in flight are forgotten beyond so many. */
const REMEMBERED = 10_000;

interface Pace {
  /** Everything in flight, slow requests included. */
  inFlight: number;
  slow: number;
  atOnce: number;
  hampered: boolean;
}

/**
 * How many requests at once each endpoint may get, so that one that is slow or dead never stands in the way
 * of another.
 *
 *   answers fast ─► twice as many at once, up to 32
 *   takes longer than a second ─► half as many; hampered, and what it has in flight gives its slots back
 *   fails ─► one at a time; hampered
 *
 * Hampered endpoints begin requests in at most a quarter of the slots: the rest is for those that answer.
 */
export class EndpointPace {
  private readonly paces = new Map<string, Pace>();
  /** Requests that hold a slot, and those of hampered endpoints among them. */
  private fresh = 0;
  private hamperedFresh = 0;
  private slow = 0;

  constructor(private readonly slots: number) {}

  get free(): number {
    return this.slots - this.fresh;
  }

  /** Takes at most `most` slots for an endpoint. @returns how many it got */
  take(subscriptionId: string, failing: boolean, most: number): number {
    const pace = this.paceOf(subscriptionId, failing);
    const lane = Math.max(1, Math.floor(this.slots / 4));
    const left = pace.hampered ? Math.min(this.free, lane - this.hamperedFresh) : this.free;
    const taken = Math.max(0, Math.min(most, left, pace.atOnce - pace.inFlight));
    this.count(pace, taken);
    return taken;
  }

  /** For slots that nothing was found to send with. */
  giveBack(subscriptionId: string, slots: number): void {
    this.count(this.paceOf(subscriptionId, false), -slots);
  }

  /**
   * One request has taken longer than {@link SLOW_MS}.
   *
   * @returns whether it gave its slot back: what {@link end} is to be told
   */
  markSlow(subscriptionId: string): boolean {
    const pace = this.paceOf(subscriptionId, false);
    pace.atOnce = Math.max(1, Math.floor(pace.atOnce / 2));
    this.setHampered(pace, true);
    if (this.slow >= this.slots * SLOW_PER_SLOT) return false;
    this.count(pace, -1);
    pace.inFlight += 1;
    pace.slow += 1;
    this.slow += 1;
    return true;
  }

  /** One request is over: its endpoint is known better. */
  end(subscriptionId: string, how: { ok: boolean; slow: boolean; gaveBack: boolean }): void {
    const pace = this.paceOf(subscriptionId, false);
    if (how.gaveBack) {
      pace.inFlight -= 1;
      pace.slow -= 1;
      this.slow -= 1;
    } else {
      this.count(pace, -1);
    }
    if (how.ok)
      pace.atOnce = Math.min(how.slow ? MOST_AT_ONCE_SLOW : MOST_AT_ONCE, pace.atOnce * 2);
    else pace.atOnce = 1;
    this.setHampered(pace, how.slow || !how.ok);
  }

  private count(pace: Pace, slots: number): void {
    pace.inFlight += slots;
    this.fresh += slots;
    if (pace.hampered) this.hamperedFresh += slots;
  }

  private setHampered(pace: Pace, hampered: boolean): void {
    if (pace.hampered === hampered) return;
    const fresh = pace.inFlight - pace.slow;
    this.hamperedFresh += hampered ? fresh : -fresh;
    pace.hampered = hampered;
  }

  private paceOf(subscriptionId: string, failing: boolean): Pace {
    const known = this.paces.get(subscriptionId);
    if (known !== undefined) return known;
    if (this.paces.size >= REMEMBERED) this.forgetIdle();
    const pace = { inFlight: 0, slow: 0, atOnce: failing ? 1 : FIRST_AT_ONCE, hampered: failing };
    this.paces.set(subscriptionId, pace);
    return pace;
  }

  private forgetIdle(): void {
    for (const [subscriptionId, { inFlight }] of this.paces) {
      if (inFlight === 0) this.paces.delete(subscriptionId);
    }
  }
}
