import type { ServiceName } from '@fusion-prime/kernel';

/** A service's events are one stream: `settlement` → `FUSION_PRIME_SETTLEMENT`. */
export function streamOf(publisher: ServiceName): string {
  return `FUSION_PRIME_${publisher.toUpperCase().replaceAll('-', '_')}`;
}

/** Whatever it publishes; see `subjectOf` of libs/contracts. */
export function subjectsOf(publisher: ServiceName): string {
  return `fusion-prime.${publisher}.>`;
}
