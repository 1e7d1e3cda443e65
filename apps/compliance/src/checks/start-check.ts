import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { FollowCheck } from '../subjects/follow-check.js';
import { GetSubject } from '../subjects/get-subject.js';
import { decidesIdentity, ProviderRefTaken, type Check, type CheckKind } from './check.js';
import { CheckRepository } from './check.repository.js';

export interface CheckWish {
  subjectId: string;
  kind: CheckKind;
  provider: string | null;
  providerRef: string | null;
}

@Injectable()
export class StartCheck {
  constructor(
    private readonly transactions: Transactions,
    private readonly getSubject: GetSubject,
    private readonly checks: CheckRepository,
    private readonly followCheck: FollowCheck,
    private readonly clock: Clock,
  ) {}

  /** @throws {SubjectNotFound} {ProviderRefTaken} */
  async execute(wish: CheckWish, requestedBy: string): Promise<Check> {
    const check: Check = {
      ...wish,
      checkId: uuidv7(),
      state: 'PENDING',
      rejectType: null,
      requestedBy,
      requestedAt: this.clock.now(),
      decidedAt: null,
      validUntil: null,
    };
    await this.getSubject.execute(wish.subjectId);
    await this.transactions.run(async (tx) => {
      const inserted = await this.checks.insert(tx, check);
      if (!inserted) throw new ProviderRefTaken(wish.provider ?? '', wish.providerRef ?? '');
      await this.checks.appendTransition(tx, check.checkId, {
        fromState: null,
        toState: check.state,
        actor: requestedBy,
        reason: null,
        occurredAt: check.requestedAt,
      });
      if (!decidesIdentity(check.kind)) return;
      await this.followCheck.execute(tx, check.subjectId, {
        kycState: 'PENDING',
        validUntil: null,
      });
    });
    return check;
  }
}
