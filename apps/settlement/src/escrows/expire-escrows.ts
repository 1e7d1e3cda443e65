import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { togetherOrEach } from '../ledger/together-or-each.js';
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

  /**
   * Ends escrows whose time is over; what is in them goes back.
   *
   * @returns true when there may be more
   * @throws {AggregateError} of those that could not be ended, which stop no other
   */
  async execute(): Promise<boolean> {
    const done = await togetherOrEach({
      together: () => this.end(null),
      list: () => this.transactions.read((reader) => this.escrows.listLapsed(reader, BATCH)),
      one: (escrowId) => this.end(escrowId),
    });
    return done === BATCH;
  }

  /** @param only which one; null = the first of all */
  private async end(only: string | null): Promise<number> {
    return this.transactions.run(async (tx) => {
      const lapsed = await this.escrows.lockLapsed(tx, { only, limit: BATCH });
      if (lapsed.length === 0) return 0;
      const changes = lapsed.map(({ escrow, now }) => ({
        before: escrow,
        after: expire(escrow, now),
      }));
      await this.saveEscrows.execute(tx, changes);
      return lapsed.length;
    });
  }
}
