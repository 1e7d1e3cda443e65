import type { EventContract } from '@fusion-prime/contracts';
import type { Tx } from '@fusion-prime/database';

/** An event as a consumer gets it: its envelope was read, its data fits its contract. */
export interface ReceivedEvent<Data = unknown> {
  id: string;
  source: string;
  type: string;
  /** Which aggregate it is about. */
  subject: string;
  /** Place among the events of its aggregate. */
  sequence: number;
  time: Date;
  data: Data;
  traceparent: string | undefined;
  correlationId: string | undefined;
}

/**
 * What a feature does about events from other services: one provider for each feature. Called once for each
 * event, in the transaction that also remembers it: what it writes with `tx` takes effect exactly once.
 *
 * A `Refusal` it throws is a permanent defect of the event, which is parked; anything else is tried again.
 */
export interface EventConsumer {
  readonly consumes: readonly EventContract[];
  handle(tx: Tx, event: ReceivedEvent): Promise<void>;
}

/** The same for the service's own events: gets its share of a batch at once, in one transaction. */
export interface LocalSubscriber {
  /** `settlement/webhooks` */
  readonly subscriber: string;
  /**
   * A query for the event types that matter at present: others are marked and never read. It is asked together
   * with the events, so that one of them is seen whatever committed before it. Without it all types matter.
   */
  readonly wantedTypes?: string;
  handle(tx: Tx, events: readonly ReceivedEvent[]): Promise<void>;
}
