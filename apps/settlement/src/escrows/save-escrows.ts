import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { Outbox } from '@fusion-prime/messaging';
import { InsufficientFunds } from '../ledger/insufficient-funds.js';
import { PostTransfers } from '../ledger/post-transfers.js';
import type { Escrow } from './escrow.js';
import { EscrowRepository } from './escrow.repository.js';
import { postingsOf } from './escrow-transfers.js';
import { escrowEvent } from './escrows.events.js';

/** A locked escrow before and after something happened to it. */
export interface EscrowChange {
  before: Escrow;
  after: Escrow;
}

/** The one place where escrows change: their money, their rows and their events, in one transaction. */
@Injectable()
export class SaveEscrows {
  constructor(
    private readonly escrows: EscrowRepository,
    private readonly postTransfers: PostTransfers,
    private readonly outbox: Outbox,
  ) {}

  /** @throws {InsufficientFunds} when a payer has not what is to be put in */
  async execute(tx: Tx, changes: readonly EscrowChange[]): Promise<void> {
    // All at once, because accounts are locked in one order.
    const postings = changes.flatMap(({ before, after }) => postingsOf(before, after));
    const { results } = await this.postTransfers.execute(tx, postings);
    const lacking = results.find((result) => result !== null);
    if (lacking != null) throw new InsufficientFunds(lacking);
    for (const { after } of changes) await this.escrows.save(tx, after);
    await this.outbox.append(
      tx,
      changes.map(({ after }) => escrowEvent(after)),
    );
  }
}
