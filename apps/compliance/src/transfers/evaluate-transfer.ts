import { Injectable } from '@nestjs/common';
import { assert } from '@fusion-prime/kernel';
import { EvaluateTransfers } from './evaluate-transfers.js';
import { SettlementIdReused, type Transfer, type TransferDecision } from './transfer.js';

@Injectable()
export class EvaluateTransfer {
  constructor(private readonly evaluateTransfers: EvaluateTransfers) {}

  /** @throws {SettlementIdReused} */
  async execute(
    asked: Transfer,
    actor: string,
  ): Promise<{ transfer: TransferDecision; replayed: boolean }> {
    const [evaluation] = await this.evaluateTransfers.execute([asked], actor);
    assert(evaluation !== undefined, 'one transfer has one evaluation');
    const { transfer, replayed, differs } = evaluation;
    if (differs !== null) throw new SettlementIdReused(asked.settlementId, differs);
    return { transfer, replayed };
  }
}
