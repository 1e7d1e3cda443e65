import { subscriptionsOf } from '@fusion-prime/contracts';
import type { ServiceName } from '@fusion-prime/kernel';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { sourceOf, storableEventSchema, type StorableEvent } from '../../cloud-event.js';
import type { Inbox } from '../../inbox/inbox.js';
import { growing, RELAY_LIMITS, type RelayLimits } from '../../relay/limits.js';
import type { DeliveryResult } from '../transport.js';
import { Holds } from './holds.js';
import { MAX_ACK_PENDING, type NatsLink } from './nats-link.js';
import { streamOf } from './nats-names.js';

export interface NatsReceiverParts {
  link: NatsLink;
  service: ServiceName;
  /** Whose events this service is told. */
  publishers: readonly ServiceName[];
  inbox: Inbox;
  limits?: Partial<Pick<RelayLimits, 'maxAttempts' | 'firstBackoffMs' | 'longestBackoffMs'>>;
}

interface Arrived {
  message: JsMsg;
  event: StorableEvent;
}

/**
 * Reads the streams of others and puts what comes into the inbox.
 *
 *   stream ─► queue ─► inbox ─► ack            done, duplicate, parked
 *               ▲         └─► nak, later        retry: a growing delay, parked after the last try
 *               └──────────────┘                deferred: its aggregate waits for an earlier event
 *
 * Within one instance the events of an aggregate take effect in their order. With several, NATS gives them
 * out as they come: a feature that minds looks at `sequence`.
 */
export class NatsReceiver {
  /** Called when there is something to do. */
  onArrival: () => void = () => undefined;
  private readonly queue: JsMsg[] = [];
  private readonly tries = new Map<string, number>();
  private readonly holds = new Holds();
  private readonly reading = new Map<ServiceName, ConsumerMessages>();

  constructor(private readonly parts: NatsReceiverParts) {}

  /** Takes what has arrived. @returns whether there is more */
  async turn(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    await this.read();
    const messages = this.queue.splice(0, MAX_ACK_PENDING);
    const free: Arrived[] = [];
    for (const message of messages) {
      const arrived = { message, event: eventOf(message) };
      if (this.isForOthers(arrived.event)) {
        this.end(arrived);
        continue;
      }
      const held = this.holds.stops(aggregateOf(arrived.event), message.seq);
      if (held) this.later(arrived, 1);
      else free.push(arrived);
    }
    await this.take(free);
    return this.queue.length > 0;
  }

  /** A stream carries all that its service publishes, also what only others are told, or will be one day. */
  private isForOthers({ type, source }: StorableEvent): boolean {
    const isEvent = this.parts.publishers.some((publisher) => sourceOf(publisher) === source);
    return isEvent && !subscriptionsOf(this.parts.service).some((heard) => heard.type === type);
  }

  /** Reads nothing more, and gives back what was not taken. */
  async stop(): Promise<void> {
    await Promise.all([...this.reading.values()].map((messages) => messages.close()));
    for (const message of this.queue.splice(0)) message.nak();
  }

  private async read(): Promise<void> {
    const { link, service, publishers } = this.parts;
    for (const publisher of publishers) {
      if (this.reading.has(publisher)) continue;
      await link.ensure(publisher);
      const { jetstream } = await link.open();
      const consumer = await jetstream.consumers.get(streamOf(publisher), service);
      const callback = (message: JsMsg): void => {
        this.queue.push(message);
        this.onArrival();
      };
      const messages = await consumer.consume({
        max_messages: MAX_ACK_PENDING,
        callback,
        abort_on_missing_resource: true,
      });
      this.reading.set(publisher, messages);
      void messages.closed().then(() => this.lose(publisher));
    }
  }

  /**
   * Somebody removed the stream or our place in it, or the server lost them: both are made anew by the next
   * turn. Soon, because what is published meanwhile has no listener and is not kept.
   */
  private lose(publisher: ServiceName): void {
    this.reading.delete(publisher);
    this.parts.link.doubt();
    this.onArrival();
  }

  private async take(arrived: readonly Arrived[]): Promise<void> {
    let results: DeliveryResult[];
    try {
      results = await this.parts.inbox.take(arrived.map(({ event }) => event));
    } catch (error) {
      // Nothing can be stored at present: no event is to blame.
      for (const one of arrived) this.later(one, 1);
      throw error;
    }
    for (const [i, one] of arrived.entries()) await this.settle(one, results[i]);
  }

  private async settle(arrived: Arrived, result: DeliveryResult | undefined): Promise<void> {
    const outcome = result?.outcome ?? 'deferred';
    if (outcome === 'deferred') this.later(arrived, 1);
    else if (outcome === 'retry') await this.again(arrived, result?.reason ?? 'retry');
    else this.end(arrived);
  }

  private async again(arrived: Arrived, reason: string): Promise<void> {
    const { message, event } = arrived;
    const key = keyOf(message);
    const failures = (this.tries.get(key) ?? 0) + 1;
    const { maxAttempts } = { ...RELAY_LIMITS, ...this.parts.limits };
    if (failures >= maxAttempts) {
      await this.parts.inbox.giveUp(event, reason);
      this.end(arrived);
      return;
    }
    this.tries.set(key, failures);
    this.later(arrived, failures);
  }

  private end({ message, event }: Arrived): void {
    this.tries.delete(keyOf(message));
    this.holds.release(aggregateOf(event), message.seq);
    message.ack();
  }

  private later({ message, event }: Arrived, failures: number): void {
    const { firstBackoffMs: firstMs, longestBackoffMs: longestMs } = {
      ...RELAY_LIMITS,
      ...this.parts.limits,
    };
    const delayMs = growing(failures, { firstMs, longestMs, random: Math.random() });
    this.holds.hold(aggregateOf(event), message.seq, delayMs);
    message.nak(delayMs);
  }
}

function keyOf({ info, seq }: JsMsg): string {
  return `${info.stream} ${String(seq)}`;
}

function aggregateOf({ source, subject }: StorableEvent): string {
  return JSON.stringify([source, subject]);
}

/** What is no event becomes one that nobody knows: it is parked whole, under its place in the stream. */
function eventOf(message: JsMsg): StorableEvent {
  try {
    return storableEventSchema.parse(JSON.parse(message.string()));
  } catch {
    const { stream } = message.info;
    return {
      specversion: '1.0',
      id: String(message.seq),
      source: `nats:${stream}`,
      type: 'nats.message',
      data: { subject: message.subject, base64: Buffer.from(message.data).toString('base64') },
    };
  }
}
