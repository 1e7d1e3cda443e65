import { describe, expect, it } from '@jest/globals';
import { compareFingerprints, recordedFingerprint } from './recorded-fingerprint.js';

const live = recordedFingerprint({ catalogue: { 'table public.t': {} }, majorVersion: 18 });
const other = recordedFingerprint({ catalogue: { 'table public.u': {} }, majorVersion: 18 });
const upgraded = recordedFingerprint({ catalogue: { 'table public.t': {} }, majorVersion: 16 });

describe('a fingerprint in the history', () => {
  it('says which form of the catalogue and which major version it is of', () => {
    expect(live).toMatch(/^v1-pg18-[0-9a-f]{64}$/);
  });

  it.each([
    ['the same schema', live, 'same'],
    ['another schema', other, 'different'],
    ['nothing', null, 'unknown'],
    ['what another major version printed', upgraded, 'unknown'],
    ['an older form of the catalogue', live.replace('v1', 'v0'), 'unknown'],
  ])('compared with %s', (_, recorded, verdict) => {
    expect(compareFingerprints(recorded, live)).toBe(verdict);
  });
});
