import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { FollowCheck } from '../subjects/follow-check.js';
import { decidesIdentity, move, type Check, type CheckMove } from './check.js';
import { CheckRepository } from './check.repository.js';

@Injectable()
export class MoveCheck {
  constructor(
    private readonly transactions: Transactions,
    private readonly checks: CheckRepository,
    private readonly followCheck: FollowCheck,
    private readonly clock: Clock,
  ) {}

  /** State, history and subject change together. @throws {CheckNotFound} {CheckTransitionRefused} */
  async execute(checkId: string, wish: CheckMove, actor: string): Promise<Check> {
    return this.transactions.run(async (tx) => {
      const current = await this.checks.lockById(tx, checkId);
      const movedAt = this.clock.now();
      const moved = move(current, wish, movedAt);
      await this.checks.save(tx, moved);
      await this.checks.appendTransition(tx, checkId, {
        fromState: current.state,
        toState: moved.state,
        actor,
        reason: wish.reason,
        occurredAt: movedAt,
      });
      if (decidesIdentity(moved.kind) && (await this.checks.isNewestIdentityCheck(tx, moved))) {
        const { state: kycState, validUntil, subjectId } = moved;
        await this.followCheck.execute(tx, subjectId, { kycState, validUntil });
      }
      return moved;
    });
  }
}
