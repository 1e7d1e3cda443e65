import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { uuidv7, type Amount } from '@fusion-prime/kernel';
import { ending, resolve } from './hold.js';
import { HoldRepository } from './hold.repository.js';
import type { HoldAndAccount } from './place-hold.js';
import { PostTransfers } from './post-transfers.js';

@Injectable()
export class ResolveHold {
  constructor(
    private readonly transactions: Transactions,
    private readonly holds: HoldRepository,
    private readonly postTransfers: PostTransfers,
  ) {}

  /**
   * Takes what is held. Without an amount all of it; zero is legal and takes nothing.
   *
   * @throws {HoldNotFound} {HoldResolved} {HoldLapsed} {CaptureTooLarge}
   */
  async capture(holdId: string, amount: Amount | undefined): Promise<HoldAndAccount> {
    return this.end(holdId, (hold) => ({ status: 'captured', amount: amount ?? hold }));
  }

  /** Gives back what is held. @throws {HoldNotFound} {HoldResolved} {HoldLapsed} */
  async void(holdId: string): Promise<HoldAndAccount> {
    return this.end(holdId, () => ({ status: 'voided' }));
  }

  private async end(
    holdId: string,
    to: (held: Amount) => Parameters<typeof resolve>[1],
  ): Promise<HoldAndAccount> {
    return this.transactions.run(async (tx) => {
      const { hold, now } = await this.holds.lockById(tx, holdId);
      const ended = resolve(hold, to(hold.amount), now);
      const posting = ending(ended, uuidv7());
      const { book } = await this.postTransfers.execute(tx, [posting]);
      await this.holds.saveEnds(tx, [ended]);
      return { hold: ended, account: book.get(posting.debit) };
    });
  }
}
