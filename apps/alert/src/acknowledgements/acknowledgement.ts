import { Refusal } from '@fusion-prime/kernel';

/** Somebody looks after an alert. At most one is live; it may run out by itself. */
export interface Acknowledgement {
  acknowledgementId: string;
  alertId: string;
  actor: string;
  note: string | null;
  acknowledgedAt: Date;
  expiresAt: Date | null;
}

export class AlreadyAcknowledged extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'already-acknowledged';

  constructor({ alertId, actor }: Acknowledgement) {
    super(`alert ${alertId} is looked after by ${actor}; withdraw that first`);
  }
}

export class NotAcknowledged extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'not-acknowledged';

  constructor(alertId: string) {
    super(`nobody has acknowledged alert ${alertId}`);
  }
}

export class ExpiryInPast extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'expiry-in-past';

  constructor() {
    super('expires_at must lie in the future');
  }
}

/** @throws {ExpiryInPast} */
export function demandFuture(expiresAt: Date | null, now: Date): void {
  if (expiresAt !== null && expiresAt <= now) throw new ExpiryInPast();
}

/** An acknowledgement that has run out is none, whether or not anybody has written so yet. */
export function isLive({ expiresAt }: Acknowledgement, now: Date): boolean {
  return expiresAt === null || expiresAt > now;
}
