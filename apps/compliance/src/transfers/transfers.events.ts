import { transferDecided } from '@fusion-prime/contracts';
import type { NewEvent } from '@fusion-prime/messaging';
import type { DecisionStep, TransferDecision } from './transfer.js';

export function transferDecidedEvent(
  { settlementId, decision, reasons, version }: TransferDecision,
  { actor, decidedAt }: Pick<DecisionStep, 'actor' | 'decidedAt'>,
): NewEvent {
  return {
    contract: transferDecided,
    aggregateId: settlementId,
    sequence: version,
    occurredAt: decidedAt,
    data: {
      settlement_id: settlementId,
      decision,
      reasons: [...reasons],
      decided_by: actor,
      decided_at: decidedAt.toISOString(),
      version,
    },
  };
}
