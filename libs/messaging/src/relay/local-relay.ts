import type { Transactions, Tx } from '@fusion-prime/database';
import { Refusal, type ServiceName } from '@fusion-prime/kernel';
import { sourceOf } from '../cloud-event.js';
import { isDatabaseTrouble } from '../database-trouble.js';
import { reasonOf, type EventLog } from '../event-log.js';
import type { LocalSubscriber, ReceivedEvent } from '../received-event.js';
import { takeDue, takeOne, type DueEvent, type Taken } from './due-events.js';
import { RELAY_LIMITS, type RelayLimits } from './limits.js';
import { reportParked } from './report-parked.js';
import { afterFailure } from './setbacks.js';
import { setBack, type Setback } from './settle-events.js';
import { Window } from './window.js';

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
 *            what nobody wants is not read      one that throws: an attempt; a Refusal: parked
 */
export class LocalRelay {
  readonly counts = { sent: 0, retried: 0, parked: 0 };
  readonly limits: Readonly<RelayLimits>;
  private readonly window: Window;

  constructor(private readonly parts: LocalRelayParts) {
    this.limits = Object.freeze({ ...RELAY_LIMITS, ...parts.limits });
    this.window = new Window(this.limits.claimSize);
  }

  get subscriber(): string {
    return this.parts.subscriber.subscriber;
  }

  /** @returns whether there may be more */
  async turn(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const { subscriber } = this.parts;
    const { claimSize: limit } = this.limits;
    const tried: DueEvent[] = [];
    const window = this.window.size;
    try {
      const options = { window, limit, ofOne: limit };
      const taken = await this.take(tried, (tx) => takeDue(tx, subscriber, options));
      const beyond = this.window.learn(taken);
      // Fewer come when it is asked less often: what is there by the next look goes together.
      return beyond || (taken.seen >= window && taken.taken > 0);
    } catch (error) {
      // Nothing was taken: it is the claim itself that fails.
      if (isDatabaseTrouble(error) || tried.length === 0) throw error;
    }
    for (const event of tried) {
      if (signal.aborted) return false;
      await this.takeOne(event);
    }
    return true;
  }

  /** @param tried filled with what was taken, for whoever catches what this throws */
  private async take(tried: DueEvent[], taking: (tx: Tx) => Promise<Taken>): Promise<Taken> {
    const { transactions, subscriber, service } = this.parts;
    const taken = await transactions.run(async (tx) => {
      const found = await taking(tx);
      tried.splice(0, tried.length, ...found.events);
      if (found.events.length === 0) return found;
      await subscriber.handle(
        tx,
        found.events.map((event) => receivedFrom(service, event)),
      );
      return found;
    });
    this.counts.sent += taken.taken;
    return taken;
  }

  private async takeOne(event: DueEvent): Promise<void> {
    try {
      await this.take([], (tx) => takeOne(tx, this.subscriber, event.eventId));
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
