import type { WireEvent } from '../cloud-event.js';

/**
 *   done       took effect            duplicate  had taken effect before
 *   parked     will never take effect as it is: stored at the subscriber, for a person
 *   retry      was tried and failed: costs one of its attempts
 *   deferred   was not tried, because of others: costs nothing
 */
export const EVENT_OUTCOMES = ['done', 'duplicate', 'parked', 'retry', 'deferred'] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

export interface DeliveryResult {
  outcome: EventOutcome;
  /** Words for a person; no data of the event. */
  reason?: string | undefined;
}

/** The subscriber as a whole did not answer: no event of the batch is to blame. */
export class SubscriberSilent extends Error {
  override readonly name = 'SubscriberSilent';
}

/** How events get to another service. At least once; the inbox makes it once. */
export interface Transport {
  /**
   * Hands a batch to a subscriber. The events of one subject are in their order, and a later one is not handed
   * over when an earlier one was not.
   *
   * @returns by event id; an event that is missing was not tried
   * @throws {SubscriberSilent} when nobody answered
   */
  deliver(
    subscriber: string,
    events: readonly WireEvent[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, DeliveryResult>>;
  /** Closes what is open. */
  close(): Promise<void>;
}
