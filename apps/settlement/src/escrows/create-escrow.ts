import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7, type Amount } from '@fusion-prime/kernel';
import { Outbox } from '@fusion-prime/messaging';
import { PartiesEqual } from '../ledger/hold.js';
import type { Escrow, EscrowOrder } from './escrow.js';
import { EscrowRepository } from './escrow.repository.js';
import { escrowEvent } from './escrows.events.js';

@Injectable()
export class CreateEscrow {
  constructor(
    private readonly transactions: Transactions,
    private readonly escrows: EscrowRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** @throws {PartiesEqual} when two of the three are one */
  async execute(order: EscrowOrder): Promise<Escrow> {
    const { payer, payee, arbiter } = order;
    if (payer === payee || arbiter === payer) throw new PartiesEqual(payer);
    if (arbiter === payee) throw new PartiesEqual(payee);
    const now = this.clock.now();
    const none = 0n as Amount;
    const escrow: Escrow = {
      ...order,
      escrowId: uuidv7(),
      state: 'created',
      released: none,
      refunded: none,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    await this.transactions.run(async (tx) => {
      await this.escrows.insert(tx, escrow);
      await this.outbox.append(tx, [escrowEvent(escrow)]);
    });
    return escrow;
  }
}
