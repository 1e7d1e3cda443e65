/** One thing that waits for its batch. */
interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export interface GroupCommitOptions<Item, Result> {
  /** Writes many at once; results in the order of the items. Throws when none was written. */
  write: (items: readonly Item[]) => Promise<Result[]>;
  /** Items in one batch at most. */
  maxItems: number;
  /** Batches on their way at the same time, at most. */
  maxInFlight: number;
}

/**
 * Lets requests that come at the same time share a statement and a commit. Nobody waits for company: a
 * batch leaves as soon as there is room for it, with whoever is there; while it is on its way, the next one
 * gathers. Each item is answered only after its batch is committed.
 */
export class GroupCommit<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private inFlight = 0;
  private scheduled = false;

  constructor(private readonly options: GroupCommitOptions<Item, Result>) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /** After the sockets that are readable now were read: their requests take part. */
  private schedule(): void {
    if (this.scheduled || this.inFlight >= this.options.maxInFlight) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.waiting.length > 0 && this.inFlight < this.options.maxInFlight) {
        void this.send(this.waiting.splice(0, this.options.maxItems));
      }
    });
  }

  private async send(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    this.inFlight += 1;
    try {
      await this.writeAll(batch);
    } finally {
      this.inFlight -= 1;
      if (this.waiting.length > 0) this.schedule();
    }
  }

  private async writeAll(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.write(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, i) => resolve(results[i] as Result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
