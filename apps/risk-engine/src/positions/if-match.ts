import { Refusal } from '@fusion-prime/kernel';

export class IfMatchMissing extends Refusal {
  readonly kind = 'precondition_required';
  readonly code = 'if-match-missing';

  constructor() {
    super('send If-Match with the ETag of the account as you read it');
  }
}

export class IfMatchMalformed extends Refusal {
  readonly kind = 'malformed';
  readonly code = 'if-match-malformed';

  constructor() {
    super('If-Match holds one strong ETag, such as "3"');
  }
}

/** RFC 9110 strong ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** @throws {IfMatchMissing} {IfMatchMalformed} */
export function versionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) throw new IfMatchMissing();
  const [, digits] = /^"([1-9]\d{0,8})"$/.exec(ifMatch.trim()) ?? [];
  if (digits === undefined) throw new IfMatchMalformed();
  return Number(digits);
}
