import type { Transactions } from '@fusion-prime/database';
import { Refusal, type ServiceName } from '@fusion-prime/kernel';
import { sourceOf } from '../cloud-event.js';
import { isDatabaseTrouble } from '../database-trouble.js';
import { reasonOf, type EventLog } from '../event-log.js';
import type { LocalSubscriber, ReceivedEvent } from '../received-event.js';
import { takeDue, type DueEvent } from './due-events.js';
import { RELAY_LIMITS, type RelayLimits } from './limits.js';
import { reportParked } from './report-parked.js';
import { afterFailure } from './setbacks.js';
import { setBack, type Setback } from './settle-events.js';

export interface LocalRelayParts {
  service: ServiceName;
  subscriber: LocalSubscriber;
  transactions: Transactions;
  log: EventLog;
  limits?: Partial<RelayLimits>;
}

/**
 * Gives a subscriber of the same service its events: taking them and what it does about them are one
 * transaction, so there is no lease, no delivery and no duplicate.
 *
 *   batch ─► one transaction ─► sent            a batch that throws: each by itself
 *                                               one that throws: an attempt; a Refusal: parked
 */
export class LocalRelay {
  readonly counts = { sent: 0, retried: 0, parked: 0 };
  readonly limits: Readonly<RelayLimits>;

  constructor(private readonly parts: LocalRelayParts) {
    this.limits = Object.freeze({ ...RELAY_LIMITS, ...parts.limits });
  }

  get subscriber(): string {
    return this.parts.subscriber.subscriber;
  }

  /** @returns whether there may be more */
  async turn(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const tried: DueEvent[] = [];
    try {
      const taken = await this.take(tried, this.limits.batchSize);
      return taken > 0;
    } catch (error) {
      if (isDatabaseTrouble(error)) throw error;
    }
    for (const event of tried) {
      if (signal.aborted) return false;
      await this.takeOne(event);
    }
    return true;
  }

  /** @param tried filled with what was taken, for whoever catches what this throws */
  private async take(tried: DueEvent[], limit: number, eventId?: string): Promise<number> {
    const { transactions, subscriber, service } = this.parts;
    const taken = await transactions.run(async (tx) => {
      const one = eventId === undefined ? {} : { eventId };
      const events = await takeDue(tx, this.subscriber, { limit, ...one });
      tried.splice(0, tried.length, ...events);
      if (events.length === 0) return 0;
      await subscriber.handle(
        tx,
        events.map((event) => receivedFrom(service, event)),
      );
      return events.length;
    });
    this.counts.sent += taken;
    return taken;
  }

  private async takeOne(event: DueEvent): Promise<void> {
    try {
      await this.take([], 1, event.eventId);
    } catch (error) {
      if (isDatabaseTrouble(error)) throw error;
      const setback = afterFailure(event, reasonOf(error), {
        limits: this.limits,
        random: Math.random(),
      });
      // What the subscriber refuses it will refuse for ever.
      await this.setBack({ ...setback, parked: setback.parked || error instanceof Refusal });
    }
  }

  private async setBack(setback: Setback): Promise<void> {
    const { transactions, service, log } = this.parts;
    const changed = await transactions.run(async (tx) => {
      const done = await setBack(tx, this.subscriber, { setbacks: [setback], lockedUntil: null });
      if (setback.parked) await reportParked(tx, service, this.subscriber, done);
      return done;
    });
    if (!setback.parked) this.counts.retried += 1;
    for (const { parked, ...facts } of changed) {
      if (!parked) continue;
      this.counts.parked += 1;
      log.error(
        { event: 'events.parked', subscriber: this.subscriber, ...facts, reason: setback.reason },
        'a local subscriber cannot take an event: fp events list',
      );
    }
  }
}

function receivedFrom(service: ServiceName, event: DueEvent): ReceivedEvent {
  return {
    id: event.eventId,
    source: sourceOf(service),
    type: event.eventType,
    subject: event.aggregateId,
    sequence: event.aggregateSeq,
    time: event.occurredAt,
    data: JSON.parse(event.payload) as unknown,
    traceparent: event.headers['traceparent'],
    correlationId: event.headers['correlationid'],
  };
}
