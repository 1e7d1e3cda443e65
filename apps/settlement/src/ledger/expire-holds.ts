import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { uuidv7 } from '@fusion-prime/kernel';
import { ending, resolve } from './hold.js';
import { HoldRepository } from './hold.repository.js';
import { PostTransfers } from './post-transfers.js';
import { togetherOrEach } from './together-or-each.js';

const BATCH = 100;

@Injectable()
export class ExpireHolds {
  constructor(
    private readonly transactions: Transactions,
    private readonly holds: HoldRepository,
    private readonly postTransfers: PostTransfers,
  ) {}

  /**
   * Releases holds whose time is over.
   *
   * @returns true when there may be more
   * @throws {AggregateError} of those that could not be released, which stop no other
   */
  async execute(): Promise<boolean> {
    const done = await togetherOrEach({
      together: () => this.end(null),
      list: () => this.transactions.read((reader) => this.holds.listLapsed(reader, BATCH)),
      one: (holdId) => this.end(holdId),
    });
    return done === BATCH;
  }

  /** @param only which one; null = the first of all */
  private async end(only: string | null): Promise<number> {
    return this.transactions.run(async (tx) => {
      const lapsed = await this.holds.lockLapsed(tx, { only, limit: BATCH });
      if (lapsed.length === 0) return 0;
      const ended = lapsed.map(({ hold, now }) => resolve(hold, { status: 'expired' }, now));
      await this.postTransfers.execute(
        tx,
        ended.map((hold) => ending(hold, uuidv7())),
      );
      await this.holds.saveEnds(tx, ended);
      return lapsed.length;
    });
  }
}
