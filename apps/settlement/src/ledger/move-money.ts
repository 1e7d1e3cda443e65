import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { mainAccount } from './account.js';
import { InsufficientFunds } from './insufficient-funds.js';
import { postingOf, type Movement, type MovementOrder } from './movement.js';
import { PostTransfers } from './post-transfers.js';

@Injectable()
export class MoveMoney {
  constructor(
    private readonly transactions: Transactions,
    private readonly postTransfers: PostTransfers,
    private readonly clock: Clock,
  ) {}

  /** @throws {InsufficientFunds} of a withdrawal */
  async execute(order: MovementOrder): Promise<Movement> {
    const transactionId = uuidv7();
    const createdAt = this.clock.now();
    const account = await this.transactions.run(async (tx) => {
      const posting = postingOf(order, transactionId);
      const { results, book } = await this.postTransfers.execute(tx, [posting]);
      const lacking = results[0];
      if (lacking != null) throw new InsufficientFunds(lacking);
      return book.get(mainAccount(order.accountRef, order.assetSymbol));
    });
    return { ...order, transactionId, createdAt, account };
  }
}
