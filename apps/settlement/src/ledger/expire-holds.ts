import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { uuidv7 } from '@fusion-prime/kernel';
import { ending, resolve } from './hold.js';
import { HoldRepository } from './hold.repository.js';
import { PostTransfers } from './post-transfers.js';

const BATCH = 100;

@Injectable()
export class ExpireHolds {
  constructor(
    private readonly transactions: Transactions,
    private readonly holds: HoldRepository,
    private readonly postTransfers: PostTransfers,
  ) {}

  /** Releases holds whose time is over. @returns true when there may be more */
  async execute(): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      const lapsed = await this.holds.lockLapsed(tx, BATCH);
      if (lapsed.length === 0) return false;
      const ended = lapsed.map(({ hold, now }) => resolve(hold, { status: 'expired' }, now));
      await this.postTransfers.execute(
        tx,
        ended.map((hold) => ending(hold, uuidv7())),
      );
      await this.holds.saveEnds(tx, ended);
      return lapsed.length === BATCH;
    });
  }
}
