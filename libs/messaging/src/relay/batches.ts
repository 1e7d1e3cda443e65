import type { WireEvent } from '../cloud-event.js';
import type { RelayLimits } from './limits.js';

/** Cuts a claim into deliveries that are bounded in number and size; a single large event goes alone. */
export function batchesOf(
  events: readonly WireEvent[],
  { batchSize, batchBytes }: Pick<RelayLimits, 'batchSize' | 'batchBytes'>,
): WireEvent[][] {
  const batches: WireEvent[][] = [];
  let batch: WireEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.text);
    const full = batch.length >= batchSize || bytes + size > batchBytes;
    if (full && batch.length > 0) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
