import type { Transactions } from '@fusion-prime/database';
import type { ServiceName } from '@fusion-prime/kernel';
import { toWireEvent, type WireEvent } from '../cloud-event.js';
import { reasonOf, type EventLog } from '../event-log.js';
import { SubscriberSilent, type DeliveryResult, type Transport } from '../transports/transport.js';
import { batchesOf } from './batches.js';
import { boundedSignal } from './bounded-signal.js';
import { claimDue, type DueEvent, type Taken } from './due-events.js';
import { inParallel } from './in-parallel.js';
import { RELAY_LIMITS, type RelayLimits } from './limits.js';
import { reportParked } from './report-parked.js';
import { afterFailure, untried } from './setbacks.js';
import { markSent, setBack, type SetBack } from './settle-events.js';
import { Silence } from './silence.js';
import { Window } from './window.js';

export interface RelayParts {
  service: ServiceName;
  /** Another service. */
  subscriber: string;
  transactions: Transactions;
  transport: Transport;
  log: EventLog;
  /** Whoever shares a stream with this subscriber; see claimDue. */
  among?: readonly string[];
  limits?: Partial<RelayLimits>;
}

type Results = ReadonlyMap<string, DeliveryResult>;

/**
 * Takes one subscriber's events out of the outbox and hands them over, at least once and in the order of
 * each aggregate.
 *
 *   pending ─► leased ─► handed over ─► sent
 *      ▲          ├─ lease over: the relay died ─► claimed again by any
 *      │          ├─ subscriber silent: given back, the subscriber paused
 *      └──────────┴─ "retry": an attempt, a growing delay ─► parked after the last
 *
 * One relay for each subscriber, so that a dead one delays nobody else; any number of instances.
 */
export class Relay {
  /** Since this process started. */
  readonly counts = { sent: 0, retried: 0, parked: 0 };
  readonly limits: Readonly<RelayLimits>;
  private readonly silence: Silence;
  private readonly window: Window;

  constructor(private readonly parts: RelayParts) {
    this.limits = Object.freeze({ ...RELAY_LIMITS, ...parts.limits });
    this.silence = new Silence(this.limits);
    this.window = new Window(this.limits.claimSize);
  }

  get subscriber(): string {
    return this.parts.subscriber;
  }

  /** One claim, its deliveries and their settlement. @returns whether there may be more */
  async turn(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || this.silence.isPaused(performance.now())) return false;
    const claim = await this.claim();
    const beyond = this.window.learn(claim);
    if (claim.events.length === 0) return beyond;
    const { parallel, leaseMs } = this.limits;
    const bounded = boundedSignal(signal, leaseMs / 2);
    const deliveries = await inParallel(
      parallel,
      batchesOf(this.wire(claim), this.limits),
      (batch) => this.deliver(batch, bounded.signal),
    ).finally(bounded.release);
    const answered = deliveries.filter((delivery) => delivery !== null);
    await this.settle(claim, new Map(answered.flatMap((results) => [...results])));
    if (signal.aborted) return false;
    this.listen(answered.length === deliveries.length);
    // Whoever waited behind these is claimable now.
    return !this.silence.silent;
  }

  private async claim(): Promise<Taken> {
    const { transactions, subscriber, among = [] } = this.parts;
    const { claimSize, leaseMs, batchSize: ofOne } = this.limits;
    const window = this.window.size;
    // A subscriber that was silent is asked with one event: nobody else waits for its time-out.
    const limit = this.silence.silent ? 1 : claimSize;
    return transactions.one((tx) =>
      claimDue(tx, subscriber, { window, limit, ofOne, leaseMs, among }),
    );
  }

  private wire({ events }: Taken): WireEvent[] {
    return events.map((event) => toWireEvent(this.parts.service, event));
  }

  /** @returns null when the subscriber did not answer */
  private async deliver(batch: readonly WireEvent[], signal: AbortSignal): Promise<Results | null> {
    const { transport, subscriber, log } = this.parts;
    try {
      return await transport.deliver(subscriber, batch, signal);
    } catch (error) {
      if (!(error instanceof SubscriberSilent) && !signal.aborted) {
        log.error({ event: 'events.delivery-failed', subscriber, err: error }, 'a bug in delivery');
      } else if (!this.silence.silent && !signal.aborted) {
        const facts = { event: 'events.subscriber-silent', subscriber, reason: reasonOf(error) };
        log.warn(facts, `${subscriber} does not take events; it is asked again`);
      }
      return null;
    }
  }

  private async settle(claim: Taken, results: Results): Promise<void> {
    const { transactions, subscriber, service } = this.parts;
    const sent: string[] = [];
    const back: DueEvent[] = [];
    for (const event of claim.events) {
      const outcome = results.get(event.eventId)?.outcome ?? 'deferred';
      if (outcome === 'retry' || outcome === 'deferred') back.push(event);
      else sent.push(event.eventId);
    }
    const setbacks = back.map((event) => this.setbackOf(event, results.get(event.eventId)));
    const changed = await transactions.run(async (tx) => {
      await markSent(tx, subscriber, sent);
      const done = await setBack(tx, subscriber, { setbacks, lockedUntil: claim.lockedUntil });
      await reportParked(tx, service, subscriber, parkedOf(done));
      return done;
    });
    this.counts.sent += sent.length;
    this.counts.retried += setbacks.filter(({ tried, parked }) => tried && !parked).length;
    this.report(changed, results);
  }

  private setbackOf(event: DueEvent, result: DeliveryResult | undefined) {
    if (result?.outcome !== 'retry') return untried(event);
    const { limits } = this;
    return afterFailure(event, result.reason ?? 'retry', { limits, random: Math.random() });
  }

  private report(changed: readonly SetBack[], results: Results): void {
    const { log, subscriber } = this.parts;
    for (const { eventId, eventType, attempts } of parkedOf(changed)) {
      this.counts.parked += 1;
      const reason = results.get(eventId)?.reason;
      log.error(
        { event: 'events.parked', subscriber, eventId, eventType, attempts, reason },
        'an event could not be handed over in all its tries: fp events list',
      );
    }
  }

  private listen(everybodyAnswered: boolean): void {
    const { log, subscriber } = this.parts;
    if (!everybodyAnswered) {
      this.silence.begin(performance.now());
    } else if (this.silence.end()) {
      log.info({ event: 'events.subscriber-back', subscriber }, `${subscriber} takes events again`);
    }
  }
}

function parkedOf(changed: readonly SetBack[]): SetBack[] {
  return changed.filter(({ parked }) => parked);
}
