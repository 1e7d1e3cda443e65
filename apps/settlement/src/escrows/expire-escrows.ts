import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { expire } from './escrow.js';
import { EscrowRepository } from './escrow.repository.js';
import { SaveEscrows } from './save-escrows.js';

const BATCH = 50;

@Injectable()
export class ExpireEscrows {
  constructor(
    private readonly transactions: Transactions,
    private readonly escrows: EscrowRepository,
    private readonly saveEscrows: SaveEscrows,
  ) {}

  /** Ends escrows whose time is over; what is in them goes back. @returns true when there may be more */
  async execute(): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      const lapsed = await this.escrows.lockLapsed(tx, BATCH);
      if (lapsed.length === 0) return false;
      const changes = lapsed.map(({ escrow, now }) => ({
        before: escrow,
        after: expire(escrow, now),
      }));
      await this.saveEscrows.execute(tx, changes);
      return lapsed.length === BATCH;
    });
  }
}
