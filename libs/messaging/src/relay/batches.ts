import { bySubject, type WireEvent } from '../cloud-event.js';
import type { RelayLimits } from './limits.js';

type Bounds = Pick<RelayLimits, 'batchSize' | 'batchBytes'>;

/**
 * Cuts a claim into deliveries that are bounded in number and size and can go side by side: the events of one
 * subject are in one of them, in their order. Of a subject that is too large for one delivery the rest is
 * left out, for a later claim; a single event that is too large goes alone.
 */
export function batchesOf(events: readonly WireEvent[], bounds: Bounds): WireEvent[][] {
  const batches: Batch[] = [];
  for (const group of bySubject(events)) {
    const cut = firstThatFit(group, bounds);
    const last = batches.at(-1);
    if (last !== undefined && fits(last, cut, bounds)) {
      last.events.push(...cut.events);
      last.bytes += cut.bytes;
    } else {
      batches.push(cut);
    }
  }
  return batches.map((batch) => batch.events);
}

interface Batch {
  events: WireEvent[];
  bytes: number;
}

function firstThatFit(group: readonly WireEvent[], bounds: Bounds): Batch {
  const batch: Batch = { events: [], bytes: 0 };
  for (const event of group) {
    const one = { events: [event], bytes: Buffer.byteLength(event.text) };
    if (batch.events.length > 0 && !fits(batch, one, bounds)) break;
    batch.events.push(event);
    batch.bytes += one.bytes;
  }
  return batch;
}

function fits(batch: Batch, more: Batch, { batchSize, batchBytes }: Bounds): boolean {
  const count = batch.events.length + more.events.length;
  return count <= batchSize && batch.bytes + more.bytes <= batchBytes;
}
