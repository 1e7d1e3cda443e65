import { Refusal } from '@fusion-prime/kernel';

export class IfMatchMissing extends Refusal {
  readonly kind = 'precondition_required';
  readonly code = 'if-match-missing';

  constructor() {
    super('send If-Match with the ETag of what you read');
  }
}

export class IfMatchMalformed extends Refusal {
  readonly kind = 'malformed';
  readonly code = 'if-match-malformed';

  constructor() {
    super('If-Match holds one strong ETag, such as "3"');
  }
}

/** What `@Produces` says of an answer that has one. */
export const ETAG_HEADER = { ETag: 'The version, e.g. "3"' };

/** RFC 9110, section 8.8.3: the strong ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The version that a write is based on, where it must say so.
 *
 * @throws {IfMatchMissing} {IfMatchMalformed}
 */
export function versionOf(ifMatch: string | undefined): number {
  const version = versionIfAny(ifMatch);
  if (version === undefined) throw new IfMatchMissing();
  return version;
}

/** The same where it may. @throws {IfMatchMalformed} */
export function versionIfAny(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined) return undefined;
  const [, digits] = /^"([1-9]\d{0,8})"$/.exec(ifMatch.trim()) ?? [];
  if (digits === undefined) throw new IfMatchMalformed();
  return Number(digits);
}
