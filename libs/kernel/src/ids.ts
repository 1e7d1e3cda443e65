import { getRandomValues } from 'node:crypto';
import { v7 } from 'uuid';

/** Makes ids. Passed in like the clock, so that a test can name the ids it expects. */
export type IdSource = () => string;

// The kernel's randomness by the page: asked for sixteen bytes at a time it costs more than all else of an id.
const page = new Uint8Array(4_096);
let used = page.length;

function sixteenBytes(): Uint8Array {
  if (used === page.length) {
    getRandomValues(page);
    used = 0;
  }
  used += 16;
  return page.subarray(used - 16, used);
}

/** RFC 9562 UUID version 7: ordered by their millisecond, so that primary keys stay local in their index. */
export const uuidv7: IdSource = () => v7({ random: sixteenBytes() });
