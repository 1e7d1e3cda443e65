import type { ServiceName } from '@fusion-prime/kernel';
import { z } from 'zod';

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json';
export const CLOUD_EVENT_BATCH_TYPE = 'application/cloudevents-batch+json';

// PostgreSQL text cannot hold it; what cannot be stored cannot be remembered.
const STORABLE = /^[^\0]+$/;
const word = (max: number): z.ZodString => z.string().min(1).max(max).regex(STORABLE);
const SEQUENCE = /^\d{1,10}$/;
const SEQUENCE_DIGITS = 10;
const MAX_SEQUENCE = 2_147_483_647;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * What an envelope must have to be remembered under its name: the attributes that CloudEvents 1.0 demands.
 * Whatever else is wrong with it, it can be parked.
 */
export const storableEventSchema = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: word(128),
    source: word(256),
    type: word(128),
  })
  .meta({
    id: 'CloudEvent',
    description: 'CloudEvents 1.0 in JSON; data fits the type’s contract',
  });
export type StorableEvent = z.infer<typeof storableEventSchema>;

/**
 * What a consumer can work with. Extensions that are not ours are left alone: brokers add their own.
 * Source: CloudEvents 1.0.2, and its extensions `sequence` and Distributed Tracing.
 */
export const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: word(128),
  source: word(256),
  type: word(128),
  subject: word(128),
  time: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  datacontenttype: z.literal('application/json').optional(),
  dataschema: z.string().max(256).optional(),
  sequence: z
    .union([z.string().regex(SEQUENCE).transform(Number), z.int()])
    .pipe(z.int().positive().max(MAX_SEQUENCE)),
  traceparent: z.string().regex(TRACEPARENT).optional(),
  correlationid: word(128).optional(),
  causationid: word(128).optional(),
  data: z.unknown().refine((data) => data !== undefined, 'data is missing'),
});
export type CloudEvent = z.infer<typeof cloudEventSchema>;

/** `settlement` → `/fusion-prime/settlement` */
export function sourceOf(service: ServiceName): string {
  return `/fusion-prime/${service}`;
}

/** What an outbox row holds of an event. */
export interface StoredEvent {
  eventId: string;
  eventType: string;
  aggregateId: string;
  aggregateSeq: number;
  /** JSON text, as it was appended: nothing on the way re-writes an amount. */
  payload: string;
  headers: Readonly<Record<string, string>>;
  occurredAt: Date;
}

/** An event in the form in which it travels. */
export interface WireEvent {
  id: string;
  type: string;
  subject: string;
  /** The whole envelope as JSON. */
  text: string;
}

/** Zero-padded, because the sequence extension is ordered as text. */
function sequenceText(sequence: number): string {
  return String(sequence).padStart(SEQUENCE_DIGITS, '0');
}

/** Writes the envelope of a stored event around its payload, which is not parsed. */
export function toWireEvent(service: ServiceName, event: StoredEvent): WireEvent {
  const { traceparent, correlationid, causationid } = event.headers;
  const head = JSON.stringify({
    specversion: '1.0',
    id: event.eventId,
    source: sourceOf(service),
    type: event.eventType,
    subject: event.aggregateId,
    time: event.occurredAt.toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:fusion-prime:event:${event.eventType}`,
    sequence: sequenceText(event.aggregateSeq),
    traceparent,
    correlationid,
    causationid,
  });
  return {
    id: event.eventId,
    type: event.eventType,
    subject: event.aggregateId,
    text: `${head.slice(0, -1)},"data":${event.payload}}`,
  };
}

/** Events of one subject together, in their order. */
export function bySubject(events: readonly WireEvent[]): WireEvent[][] {
  const groups = new Map<string, WireEvent[]>();
  for (const event of events) {
    const group = groups.get(event.subject);
    if (group === undefined) groups.set(event.subject, [event]);
    else group.push(event);
  }
  return [...groups.values()];
}
