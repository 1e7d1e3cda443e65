import { v7 } from 'uuid';

/** Makes ids. Passed in like the clock, so that a test can name the ids it expects. */
export type IdSource = () => string;

// The kernel's randomness by the page: asked for sixteen bytes at a time it costs more than all else of an id.
const page = new Uint8Array(4_096);
const numbers = new DataView(page.buffer);
let used = page.length;

let lastMs = 0;
let sequence = 0;

/**
 * RFC 9562 UUID version 7: time-ordered, so that primary keys stay local in their index. Each is greater than
 * the one before it in this process, also within a millisecond and when the clock is set back.
 */
export const uuidv7: IdSource = () => {
  if (used === page.length) {
    crypto.getRandomValues(page);
    used = 0;
  }
  const now = Date.now();
  // 31 bits of counter that begin in their lower half: two thousand million ids a millisecond.
  sequence = now > lastMs ? numbers.getUint32(used) >>> 2 : sequence + 1;
  lastMs = Math.max(lastMs, now);
  const random = page.subarray(used, used + 16);
  used += 16;
  return v7({ random, msecs: lastMs, seq: sequence });
};
