import type { EventContract } from '@fusion-prime/contracts';
import type { ZodError } from 'zod';
import { cloudEventSchema, sourceOf, type StorableEvent } from '../cloud-event.js';
import { shortened } from '../event-log.js';
import type { EventConsumer, ReceivedEvent } from '../received-event.js';

/** An event that came, and who is to be told of it; or why nobody can be. */
export type ReadEvent =
  | { raw: StorableEvent; event: ReceivedEvent; consumers: readonly EventConsumer[] }
  | { raw: StorableEvent; defect: string };

/** A contract, and the features that take its events. */
export interface Consumption {
  contract: EventContract;
  consumers: readonly EventConsumer[];
}

/** By type. @throws {Error} when a type is stated by nobody's contract, which is a mistake in the code */
export function consumptionsOf(consumers: readonly EventConsumer[]): Map<string, Consumption> {
  const found = new Map<string, { contract: EventContract; consumers: EventConsumer[] }>();
  for (const consumer of consumers) {
    for (const contract of consumer.consumes) {
      const known = found.get(contract.type) ?? { contract, consumers: [] };
      known.consumers.push(consumer);
      found.set(contract.type, known);
    }
  }
  return found;
}

/**
 * Reads an envelope and its data. Fields that the contract does not know are left out: a publisher that is
 * newer may say more. What is missing or of another form is a defect, and will be for ever.
 */
export function readEvent(
  raw: StorableEvent,
  consumptions: ReadonlyMap<string, Consumption>,
): ReadEvent {
  const envelope = cloudEventSchema.safeParse(raw);
  if (!envelope.success) return { raw, defect: `envelope-invalid: ${wordsOf(envelope.error)}` };
  const consumption = consumptions.get(raw.type);
  if (consumption === undefined) return { raw, defect: `type-unknown: ${raw.type}` };
  const { contract, consumers } = consumption;
  const { id, source, type, subject, sequence, time, traceparent, correlationid } = envelope.data;
  if (source !== sourceOf(contract.service)) {
    return {
      raw,
      defect: `source-mismatch: ${sourceOf(contract.service)} alone publishes ${type}`,
    };
  }
  const data = contract.data.safeParse(envelope.data.data);
  if (!data.success) return { raw, defect: `data-invalid: ${wordsOf(data.error)}` };
  const event = { id, source, type, subject, sequence, time, data: data.data, traceparent };
  return { raw, event: { ...event, correlationId: correlationid }, consumers };
}

// Where and which rule; never the value.
function wordsOf(error: ZodError): string {
  const words = error.issues.map(
    ({ path, message }) => `/${path.map(String).join('/')} ${message}`,
  );
  return shortened(words.join('; '));
}
