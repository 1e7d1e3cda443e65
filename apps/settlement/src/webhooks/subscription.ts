import { Refusal } from '@fusion-prime/kernel';

/** A client's wish to be told of events by signed HTTP POSTs (Standard Webhooks). */
export interface Subscription {
  subscriptionId: string;
  url: string;
  eventTypes: readonly EventType[];
  enabled: boolean;
  description: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** Why the service disabled it; null when it is enabled, or was disabled by hand. */
  disabledReason: DisabledReason | null;
  /** Since when every attempt has failed; null when the last one did not. */
  firstFailureAt: Date | null;
  /** Grows with each change. */
  version: number;
}

export type DisabledReason = 'endpoint-gone' | 'endpoint-failing';

/** What a client may say of its subscription. */
export interface SubscriptionWish {
  url: string;
  eventTypes: readonly EventType[];
  enabled: boolean;
  description: string | null;
}

const commandStates = [
  'received',
  'validated',
  'executed',
  'settled',
  'rejected',
  'failed',
  'cancelled',
  'expired',
  'reversed',
] as const;
const escrowStates = [
  'created',
  'funded',
  'disputed',
  'released',
  'refunded',
  'split',
  'cancelled',
  'expired',
] as const;

/** Everything that a subscriber can ask for. */
export const EVENT_TYPES = [
  ...commandStates.map((state) => `settlement.command.${state}.v1` as const),
  ...escrowStates.map((state) => `settlement.escrow.${state}.v1` as const),
  'settlement.group.settled.v1',
  'settlement.group.failed.v1',
  'settlement.webhook.disabled.v1',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export class SubscriptionNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'subscription-not-found';

  constructor(subscriptionId: string) {
    super(`no webhook subscription ${subscriptionId}`);
  }
}

/** After `rotate` both secrets sign for so long, so that receivers can change over in between. */
export const ROTATION_OVERLAP_MS = 24 * 60 * 60 * 1_000;
/** Each live secret is one more signature in every request. */
export const MOST_OLD_SECRETS = 4;

export class RotatedTooOften extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'rotated-too-often';

  constructor(subscriptionId: string) {
    super(
      `webhook subscription ${subscriptionId} has ${String(MOST_OLD_SECRETS)} replaced secrets that still sign: ` +
        'wait until the oldest is 24 hours old',
    );
  }
}

/**
 * Each event becomes a delivery for each subscription that wants it, in the transaction that hands the event
 * over: with twenty thousand of them that was less than one event a second.
 */
export const MOST_SUBSCRIPTIONS = 1_000;

export class SubscriptionsTooMany extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'subscriptions-too-many';

  constructor() {
    super(
      `there are ${String(MOST_SUBSCRIPTIONS)} webhook subscriptions or more: remove one that nobody needs`,
    );
  }
}

export class SubscriptionDisabled extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'subscription-disabled';

  constructor(subscriptionId: string) {
    super(`webhook subscription ${subscriptionId} is disabled: enable it first`);
  }
}

/** @throws {SubscriptionDisabled} */
export function assertEnabled({ subscriptionId, enabled }: Subscription): void {
  if (!enabled) throw new SubscriptionDisabled(subscriptionId);
}

/** Who enables a subscription again believes that its endpoint is well. */
export function changed(
  subscription: Subscription,
  change: Partial<SubscriptionWish>,
  at: Date,
): Subscription {
  const healed = change.enabled === true ? { disabledReason: null, firstFailureAt: null } : {};
  return {
    ...subscription,
    ...change,
    ...healed,
    updatedAt: at,
    version: subscription.version + 1,
  };
}

/** What the service does to one whose endpoint is gone, or has failed for too long. */
export function disabled(
  subscription: Subscription,
  reason: DisabledReason,
  at: Date,
): Subscription {
  return { ...changed(subscription, { enabled: false }, at), disabledReason: reason };
}

/**
 * Today's rows hold a JSON array or a comma list; both are read, JSON is written. Without its brackets,
 * quotes and blanks an array of our names is a comma list, which is how the fan-out finds it in SQL.
 */
export function readEventTypes(stored: string): EventType[] {
  const names = stored.replaceAll(/[[\]" ]/g, '').split(',');
  return names.filter((name) => name !== '') as EventType[];
}

export function writeEventTypes(eventTypes: readonly EventType[]): string {
  return JSON.stringify([...new Set(eventTypes)]);
}
