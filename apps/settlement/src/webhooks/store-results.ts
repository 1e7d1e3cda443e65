import { Injectable } from '@nestjs/common';
import { webhookDisabled } from '@fusion-prime/contracts';
import { Transactions, type Tx } from '@fusion-prime/database';
import { Outbox, type NewEvent } from '@fusion-prime/messaging';
import { isGone, isSuccess } from './delivery.js';
import { healthAfter, type AttemptMark } from './endpoint-health.js';
import { ResultRepository, type DeliveryResult } from './result.repository.js';
import { disabled, type DisabledReason, type Subscription } from './subscription.js';
import { SubscriptionRepository } from './subscription.repository.js';

/** A result, and whether its subscription was thought to be failing when it was sent. */
export interface SentResult extends DeliveryResult {
  failingBefore: boolean;
}

/** What came of many deliveries, and what that makes of their subscriptions, in one transaction. */
@Injectable()
export class StoreResults {
  constructor(
    private readonly transactions: Transactions,
    private readonly results: ResultRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly outbox: Outbox,
  ) {}

  async execute(results: readonly SentResult[]): Promise<void> {
    await this.transactions.run(async (tx) => {
      // Subscriptions first, then deliveries: the order in which everybody locks them.
      await this.judge(tx, marksOf(results));
      await this.results.store(tx, results);
    });
  }

  private async judge(tx: Tx, marks: ReadonlyMap<string, readonly AttemptMark[]>): Promise<void> {
    if (marks.size === 0) return;
    const events: NewEvent[] = [];
    for (const subscription of await this.subscriptions.lockMany(tx, [...marks.keys()])) {
      // Disabled meanwhile: what was still on its way changes nothing.
      if (!subscription.enabled) continue;
      const own = marks.get(subscription.subscriptionId) ?? [];
      const { firstFailureAt, disable } = healthAfter(subscription.firstFailureAt, own);
      const judged = { ...subscription, firstFailureAt };
      const at = own.at(-1)?.at ?? subscription.updatedAt;
      if (disable !== null) {
        const given = disabled(judged, disable, at);
        await this.subscriptions.save(tx, given);
        events.push(disabledEvent(given, disable));
      } else if (firstFailureAt?.getTime() !== subscription.firstFailureAt?.getTime()) {
        await this.subscriptions.save(tx, judged);
      }
    }
    await this.outbox.append(tx, events);
  }
}

/** Of subscriptions whose health these results may change; a success of a sound one changes nothing. */
function marksOf(results: readonly SentResult[]): Map<string, AttemptMark[]> {
  const marks = new Map<string, AttemptMark[]>();
  const unsound = new Set(
    results
      .filter(({ post, failingBefore }) => failingBefore || !isSuccess(post))
      .map(({ delivery }) => delivery.subscriptionId),
  );
  for (const { delivery, post, startedAt, durationMs } of results) {
    const { subscriptionId } = delivery;
    if (!unsound.has(subscriptionId)) continue;
    const ending = isSuccess(post) ? 'success' : isGone(post) ? 'gone' : 'failure';
    const mark: AttemptMark = { at: new Date(startedAt.getTime() + durationMs), ending };
    marks.set(subscriptionId, [...(marks.get(subscriptionId) ?? []), mark]);
  }
  return marks;
}

function disabledEvent(subscription: Subscription, reason: DisabledReason): NewEvent {
  const { subscriptionId, url, version, firstFailureAt, updatedAt } = subscription;
  return {
    contract: webhookDisabled,
    aggregateId: subscriptionId,
    sequence: version,
    occurredAt: updatedAt,
    data: {
      subscription_id: subscriptionId,
      // Rows from before this platform may hold anything.
      origin: URL.canParse(url) ? new URL(url).origin : 'malformed',
      reason,
      failing_since: firstFailureAt?.toISOString() ?? null,
    },
  };
}
