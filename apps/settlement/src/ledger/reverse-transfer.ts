import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { assert, uuidv7 } from '@fusion-prime/kernel';
import { InsufficientFunds } from './insufficient-funds.js';
import { PostTransfers } from './post-transfers.js';
import type { Origin } from './posting.js';
import { TransferRepository } from './transfer.repository.js';

@Injectable()
export class ReverseTransfer {
  constructor(
    private readonly transfers: TransferRepository,
    private readonly postTransfers: PostTransfers,
  ) {}

  /**
   * Makes the opposing transfer of what was posted for this origin. Once: the database knows what was
   * reversed already.
   *
   * @throws {InsufficientFunds} when whoever received it has spent it.
   */
  async execute(tx: Tx, origin: Origin): Promise<void> {
    const posted = await this.transfers.findPosted(tx, origin);
    assert(posted !== null, 'what is reversed was posted');
    const { results } = await this.postTransfers.execute(tx, [
      {
        transferId: uuidv7(),
        kind: 'posted',
        debit: posted.credit,
        credit: posted.debit,
        amount: posted.amount,
        origin,
        reversesId: posted.transferId,
      },
    ]);
    const lacking = results[0];
    if (lacking != null) throw new InsufficientFunds(lacking);
  }
}
