import type pg from 'pg';
import { fingerprintOf, readSchema, type Schema } from './catalogue.js';

// A catalogue that tells more gives every schema another fingerprint: then this goes up, and what was recorded
// before is not compared any more.
const FORM = 1;
// A migration has done its work by now and must not fail for want of a fingerprint, nor hold its locks for it.
const LOCK_TIMEOUT = '500ms';
const CANCELLED = '57014';

/**
 * A fingerprint as the history keeps it: `v1-pg18-<sha256>`. Servers print expressions alike within a major
 * version only, so it says which one printed.
 */
export function recordedFingerprint({ catalogue, majorVersion }: Schema): string {
  return `v${FORM}-pg${majorVersion}-${fingerprintOf(catalogue)}`;
}

/** `unknown`: nothing was recorded, or another major version or an older form of the catalogue was. */
export type FingerprintVerdict = 'same' | 'different' | 'unknown';

export function compareFingerprints(recorded: string | null, live: string): FingerprintVerdict {
  if (recorded === live) return 'same';
  const form = (fingerprint: string): string => fingerprint.slice(0, fingerprint.lastIndexOf('-'));
  return recorded !== null && form(recorded) === form(live) ? 'different' : 'unknown';
}

/**
 * What the open transaction leaves behind, for its row of history.
 *
 * @param first sent ahead in the same message
 * @returns null when it cannot be read, because somebody else is changing what a view is made of
 */
export async function fingerprintInside(client: pg.Client, first: string): Promise<string | null> {
  try {
    return recordedFingerprint(await readSchema(client, { first, lockTimeout: LOCK_TIMEOUT }));
  } catch (error) {
    const usable = client.getTransactionStatus() === 'T';
    if (usable && (error as { code?: string }).code !== CANCELLED) return null;
    throw error;
  }
}
