/**
 * How many rows a claim looks at. Normally as many as it wants; more while most of what it sees waits for
 * something else, so that a long queue behind one event hides nobody, and is not read in full at each turn.
 */
export class Window {
  private current: number;

  constructor(private readonly smallest: number) {
    this.current = smallest;
  }

  get size(): number {
    return this.current;
  }

  /** @returns whether what is beyond this window must be looked at, because nothing in it was to be had */
  learn({ seen, taken }: { seen: number; taken: number }): boolean {
    const full = seen >= this.current;
    if (full && taken < this.smallest / 4) this.current *= 4;
    else if (!full || taken > this.smallest / 2) {
      this.current = Math.max(this.smallest, Math.floor(this.current / 2));
    }
    return full && taken === 0;
  }
}
