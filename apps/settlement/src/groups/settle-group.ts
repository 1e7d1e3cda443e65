import { Injectable } from '@nestjs/common';
import { Transactions, type Tx } from '@fusion-prime/database';
import { formatAmount } from '@fusion-prime/kernel';
import { Outbox } from '@fusion-prime/messaging';
import { ComplianceClient, type ComplianceDecision } from '../compliance/compliance-client.js';
import { PostTransfers } from '../ledger/post-transfers.js';
import { fail, isOver, postingsOf, settle, settlementIdOf, type Group } from './group.js';
import { GroupRepository } from './group.repository.js';
import { groupEvents } from './groups.events.js';

type Decisions = ReadonlyMap<string, ComplianceDecision>;

// A leg that compliance holds is decided by an event; this is for an event that never comes.
const ASK_AGAIN_MS = 60_000;

@Injectable()
export class SettleGroup {
  constructor(
    private readonly transactions: Transactions,
    private readonly groups: GroupRepository,
    private readonly compliance: ComplianceClient,
    private readonly postTransfers: PostTransfers,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Looks at a group that is due: settles it, fails it at its cut-off or for a leg that cannot be, or leaves
   * it waiting for compliance. Every leg is judged before the transaction, none is posted without all others.
   *
   * @throws {ComplianceUnavailable} with nothing changed
   */
  async execute(groupId: string): Promise<Group> {
    const seen = await this.transactions.read((reader) => this.groups.getById(reader, groupId));
    const decisions = seen.status === 'matched' ? await this.judge(seen) : new Map();
    return this.transactions.run(async (tx) => {
      const { group, now } = await this.groups.lockById(tx, groupId);
      if (group.status !== 'pending' && group.status !== 'matched') return group;
      const after = await this.decide(tx, group, { decisions, now });
      await this.groups.save(tx, after);
      await this.outbox.append(tx, groupEvents(after));
      return after;
    });
  }

  private async judge(group: Group): Promise<Decisions> {
    return this.compliance.evaluate(
      group.legs.map((leg) => ({
        settlementId: settlementIdOf(group, leg),
        payer: leg.payer,
        payee: leg.payee,
        assetSymbol: leg.assetSymbol,
        amount: formatAmount(leg.amount),
      })),
    );
  }

  private async decide(
    tx: Tx,
    group: Group,
    { decisions, now }: { decisions: Decisions; now: Date },
  ): Promise<Group> {
    const legWith = (wanted: (said: ComplianceDecision | undefined) => boolean): number =>
      group.legs.findIndex((leg) => wanted(decisions.get(settlementIdOf(group, leg)))) + 1;
    if (group.status === 'pending') {
      const unaffirmed = group.legs.findIndex(({ affirmedAt }) => affirmedAt === null) + 1;
      return isOver(group, now) ? fail(group, unaffirmed, 'unmatched', now) : group;
    }
    const rejected = legWith((said) => said === 'REJECTED');
    if (rejected > 0) return fail(group, rejected, 'compliance-rejected', now);
    const undecided = legWith((said) => said !== 'APPROVED');
    if (undecided > 0 && isOver(group, now))
      return fail(group, undecided, 'compliance-undecided', now);
    if (undecided > 0) return { ...group, dueAt: waitUntil(group, now) };
    const lacking = await this.postTransfers.allOrNone(tx, postingsOf(group));
    return lacking === null
      ? settle(group, now)
      : fail(group, lacking + 1, 'insufficient-funds', now);
  }
}

function waitUntil({ cutoffAt }: Group, now: Date): Date {
  const again = new Date(now.getTime() + ASK_AGAIN_MS);
  return cutoffAt !== null && cutoffAt < again ? cutoffAt : again;
}
