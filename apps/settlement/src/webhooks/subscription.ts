import { randomBytes } from 'node:crypto';
import { Refusal } from '@fusion-prime/kernel';

/** A client's wish to be told of events by signed HTTP POSTs (Standard Webhooks). */
export interface Subscription {
  subscriptionId: string;
  url: string;
  eventTypes: readonly EventType[];
  enabled: boolean;
  description: string | null;
  createdAt: Date;
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

/** 192 random bits in the form that Standard Webhooks libraries expect. */
export function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

/** Today's rows hold a JSON array or a comma list; both are read, JSON is written. */
export function readEventTypes(stored: string): EventType[] {
  const text = stored.trim();
  const names = text.startsWith('[') ? (JSON.parse(text) as string[]) : text.split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '') as EventType[];
}

export function writeEventTypes(eventTypes: readonly EventType[]): string {
  return JSON.stringify([...new Set(eventTypes)]);
}
