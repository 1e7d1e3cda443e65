import type { EntityManager } from 'typeorm';

/**
 * An open transaction that other work takes part in. Each piece has a savepoint of its own, and pieces wait
 * for each other: savepoints of one connection nest, they cannot overlap.
 */
export class JoinedTransaction {
  private last: Promise<unknown> = Promise.resolve();
  private ended = false;

  constructor(private readonly tx: EntityManager) {}

  /** False once {@link end} was called: what comes then is no part of it. */
  get open(): boolean {
    return !this.ended;
  }

  /** Runs one piece: what it did is undone when it throws, and nothing else is. */
  take<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    const piece = this.last.then(() => this.tx.transaction(work));
    this.last = piece.catch(() => undefined);
    return piece;
  }

  /** Waits for pieces that nobody waited for: they may not run into the COMMIT. */
  async end(): Promise<void> {
    this.ended = true;
    await this.last;
  }
}
