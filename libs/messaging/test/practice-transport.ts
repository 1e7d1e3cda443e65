import type { WireEvent } from '../src/cloud-event.js';
import {
  SubscriberSilent,
  type DeliveryResult,
  type Transport,
} from '../src/transports/transport.js';

export type Behaviour = (event: WireEvent) => DeliveryResult | 'silent' | Promise<DeliveryResult>;

/** Hands events to a function instead of a service. */
export class PracticeTransport implements Transport {
  /** Every event that was delivered and answered, in order, with repetitions. */
  readonly delivered: WireEvent[] = [];
  deliveries = 0;
  behave: Behaviour = () => ({ outcome: 'done' });

  async deliver(
    _subscriber: string,
    events: readonly WireEvent[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, DeliveryResult>> {
    this.deliveries += 1;
    const results = new Map<string, DeliveryResult>();
    const held = new Set<string>();
    for (const event of events) {
      if (held.has(event.subject)) continue;
      const result = await Promise.race([this.behave(event), aborted(signal)]);
      if (result === 'silent') throw new SubscriberSilent('connection refused');
      if (result.outcome === 'done') this.delivered.push(event);
      if (result.outcome === 'retry' || result.outcome === 'deferred') held.add(event.subject);
      results.set(event.id, result);
    }
    return results;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(new Error('aborted'));
    signal.addEventListener('abort', fail);
    if (signal.aborted) fail();
  });
}
