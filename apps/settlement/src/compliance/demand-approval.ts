import { Injectable } from '@nestjs/common';
import { Refusal } from '@fusion-prime/kernel';
import { ComplianceClient, type TransferToJudge } from './compliance-client.js';

export class ComplianceRejected extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'compliance-rejected';

  constructor(settlementId: string) {
    super(`compliance refuses transfer ${settlementId}`);
  }
}

export class ComplianceHeld extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'compliance-held';
  override readonly retryAfterSeconds = 60;

  constructor(settlementId: string) {
    super(`compliance has not decided about transfer ${settlementId} yet; try again when it has`);
  }
}

/** For whoever moves money at a client's request and cannot wait. */
@Injectable()
export class DemandApproval {
  constructor(private readonly compliance: ComplianceClient) {}

  /** @throws {ComplianceRejected} {ComplianceHeld} {ComplianceUnavailable} */
  async execute(transfer: TransferToJudge): Promise<void> {
    const decision = (await this.compliance.evaluate([transfer])).get(transfer.settlementId);
    if (decision === 'REJECTED') throw new ComplianceRejected(transfer.settlementId);
    if (decision !== 'APPROVED') throw new ComplianceHeld(transfer.settlementId);
  }
}
