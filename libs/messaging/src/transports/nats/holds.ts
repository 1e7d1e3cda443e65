// An event that is given back may come to another instance, which does not tell us.
const SLACK_MS = 2_000;

/**
 * Which events of which aggregates were given back and are to come again, by their number in the stream:
 * whatever is behind one of them does not overtake it. As many as may be in hand at once, and no more.
 */
export class Holds {
  private readonly awaited = new Map<string, Map<number, number>>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** It was given back, and is to come after `delayMs`. */
  hold(aggregate: string, seq: number, delayMs: number): void {
    const seqs = this.awaited.get(aggregate) ?? new Map<number, number>();
    this.awaited.set(aggregate, seqs.set(seq, this.now() + delayMs + SLACK_MS));
  }

  /** Whether it comes after one that is awaited. */
  stops(aggregate: string, seq: number): boolean {
    const seqs = this.awaited.get(aggregate);
    if (seqs === undefined) return false;
    for (const [other, untilMs] of seqs) {
      if (untilMs <= this.now()) seqs.delete(other);
      else if (other < seq) return true;
    }
    return false;
  }

  /** It was taken, for good. */
  release(aggregate: string, seq: number): void {
    const seqs = this.awaited.get(aggregate);
    seqs?.delete(seq);
    if (seqs?.size === 0) this.awaited.delete(aggregate);
  }
}
