import { subjectOf } from '@fusion-prime/contracts';
import type { ServiceName } from '@fusion-prime/kernel';
import { bySubject, type WireEvent } from '../../cloud-event.js';
import { SubscriberSilent, type DeliveryResult, type Transport } from '../transport.js';
import type { NatsLink, OpenLink } from './nats-link.js';

/**
 * Publishes events to the stream of their service. The subscriber is not told anything: it reads the stream.
 * An event that two subscribers are to get has two rows and is published twice under one id, of which
 * JetStream keeps the first.
 */
export class NatsTransport implements Transport {
  constructor(
    private readonly link: NatsLink,
    private readonly service: ServiceName,
  ) {}

  async deliver(
    _subscriber: string,
    events: readonly WireEvent[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, DeliveryResult>> {
    const results = new Map<string, DeliveryResult>();
    const failures: unknown[] = [];
    await untilAborted(signal, async () => {
      const { jetstream } = await this.open();
      // One after the other where they are about one thing: what follows a failure is not published.
      const publish = async (group: readonly WireEvent[]): Promise<void> => {
        try {
          for (const { id, type, text } of group) {
            const { duplicate } = await jetstream.publish(subjectOf(type), text, { msgID: id });
            results.set(id, { outcome: duplicate ? 'duplicate' : 'done' });
          }
        } catch (error) {
          failures.push(error);
        }
      };
      await Promise.all(bySubject(events).map(publish));
    });
    // What the server has is said; the rest is due again. With nothing at all it is the server's fault.
    if (failures.length > 0) this.link.doubt();
    if (results.size === 0 && failures.length > 0) throw silent(failures[0]);
    return results;
  }

  close(): Promise<void> {
    return this.link.close();
  }

  private async open(): Promise<OpenLink> {
    try {
      await this.link.ensure(this.service);
      return await this.link.open();
    } catch (error) {
      throw silent(error);
    }
  }
}

function silent(error: unknown): SubscriberSilent {
  const { name, message } = error as Error;
  return new SubscriberSilent(`NATS: ${name} ${message}`.slice(0, 200), { cause: error });
}

/** What was published when the process is asked to end is published; nobody waits for the rest. */
async function untilAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
