import { escrowEvents, type EscrowEventData } from '@fusion-prime/contracts';
import { formatAmount } from '@fusion-prime/kernel';
import type { NewEvent } from '@fusion-prime/messaging';
import type { Escrow } from './escrow.js';

/** What is told about an escrow that has just reached its state. */
export function escrowEvent(escrow: Escrow): NewEvent<EscrowEventData> {
  return {
    contract: escrowEvents[escrow.state],
    aggregateId: escrow.escrowId,
    sequence: escrow.version,
    occurredAt: escrow.updatedAt,
    data: {
      escrow_id: escrow.escrowId,
      payer: escrow.payer,
      payee: escrow.payee,
      arbiter: escrow.arbiter,
      asset_symbol: escrow.assetSymbol,
      amount: formatAmount(escrow.amount),
      released: formatAmount(escrow.released),
      refunded: formatAmount(escrow.refunded),
      state: escrow.state,
      version: escrow.version,
    },
  };
}
