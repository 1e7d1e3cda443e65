import { Injectable } from '@nestjs/common';
import { Transactions, type Tx } from '@fusion-prime/database';
import { formatAmount } from '@fusion-prime/kernel';
import { DemandApproval } from '../compliance/demand-approval.js';
import { act, EscrowVersionMismatch, type Escrow, type EscrowAct } from './escrow.js';
import { EscrowRepository, type LockedEscrow } from './escrow.repository.js';
import { SaveEscrows } from './save-escrows.js';

/** Who does it, and which version they have seen. */
export interface Acting {
  actingParty: string;
  version: number | undefined;
}

@Injectable()
export class ActOnEscrow {
  constructor(
    private readonly transactions: Transactions,
    private readonly escrows: EscrowRepository,
    private readonly saveEscrows: SaveEscrows,
    private readonly demandApproval: DemandApproval,
  ) {}

  /**
   * @throws {EscrowNotFound} {EscrowVersionMismatch} and what `act` throws
   * @throws {InsufficientFunds} {ComplianceRejected} {ComplianceHeld} of funding
   */
  async execute(escrowId: string, wish: EscrowAct, acting: Acting): Promise<Escrow> {
    if (wish.act === 'fund') await this.judge(escrowId, wish, acting);
    return this.transactions.run(async (tx: Tx) => {
      const locked = await this.escrows.lockById(tx, escrowId);
      const after = decide(locked, wish, acting);
      await this.saveEscrows.execute(tx, [{ before: locked.escrow, after }]);
      return after;
    });
  }

  /** Before the transaction, and only for what could be done: it is decided again under the lock. */
  private async judge(escrowId: string, wish: EscrowAct, acting: Acting): Promise<void> {
    const escrow = await this.transactions.read((reader) => this.escrows.getById(reader, escrowId));
    decide({ escrow, now: escrow.createdAt }, wish, acting);
    await this.demandApproval.execute({
      settlementId: escrowId,
      payer: escrow.payer,
      payee: escrow.payee,
      assetSymbol: escrow.assetSymbol,
      amount: formatAmount(escrow.amount),
    });
  }
}

function decide({ escrow, now }: LockedEscrow, wish: EscrowAct, acting: Acting): Escrow {
  const { version, actingParty } = acting;
  if (version !== undefined && version !== escrow.version) throw new EscrowVersionMismatch(escrow);
  return act(escrow, wish, { actingParty, now });
}
