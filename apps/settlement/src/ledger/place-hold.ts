import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import type { Account } from './account.js';
import { PartiesEqual, placing, type Hold, type HoldOrder } from './hold.js';
import { HoldRepository } from './hold.repository.js';
import { InsufficientFunds } from './insufficient-funds.js';
import { PostTransfers } from './post-transfers.js';

/** A hold, and its payer's account after whatever happened to it. */
export interface HoldAndAccount {
  hold: Hold;
  account: Account;
}

@Injectable()
export class PlaceHold {
  constructor(
    private readonly transactions: Transactions,
    private readonly holds: HoldRepository,
    private readonly postTransfers: PostTransfers,
    private readonly clock: Clock,
  ) {}

  /** @throws {InsufficientFunds} {PartiesEqual} */
  async execute(order: HoldOrder): Promise<HoldAndAccount> {
    if (order.payer === order.payee) throw new PartiesEqual(order.payer);
    const hold: Hold = {
      ...order,
      holdId: uuidv7(),
      status: 'active',
      captured: null,
      createdAt: this.clock.now(),
      resolvedAt: null,
    };
    return this.transactions.run(async (tx) => {
      const posting = placing(hold);
      const { results, book } = await this.postTransfers.execute(tx, [posting]);
      const lacking = results[0];
      if (lacking != null) throw new InsufficientFunds(lacking);
      await this.holds.insert(tx, hold);
      return { hold, account: book.get(posting.debit) };
    });
  }
}
