import { assert, formatAmount, Refusal, type Amount } from '@fusion-prime/kernel';
import { mainAccount } from './account.js';
import type { Posting } from './posting.js';

/**
 * Funds set aside for somebody, until they are taken or given back. They count against the payer at once.
 *
 *   active ─► captured   all of it, or less, or nothing; what is not taken is released
 *      ├────► voided     given back
 *      └────► expired    given back when its time is over, by the database's clock
 */
export const HOLD_STATUSES = ['active', 'captured', 'voided', 'expired'] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

export interface HoldOrder {
  payer: string;
  payee: string;
  assetSymbol: string;
  amount: Amount;
  /** Null = until somebody ends it. */
  expiresAt: Date | null;
}

export interface Hold extends HoldOrder {
  holdId: string;
  status: HoldStatus;
  /** Of a captured one: how much was taken. */
  captured: Amount | null;
  createdAt: Date;
  resolvedAt: Date | null;
}

export class HoldNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'hold-not-found';

  constructor(holdId: string) {
    super(`no hold ${holdId}`);
  }
}

export class HoldResolved extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'hold-resolved';

  constructor({ holdId, status, captured, resolvedAt }: Hold) {
    const how = captured === null ? status : `${status} with ${formatAmount(captured)}`;
    super(`hold ${holdId} was ${how} at ${resolvedAt?.toISOString() ?? '?'}; a hold ends once`);
  }
}

export class HoldLapsed extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'hold-expired';

  constructor({ holdId, expiresAt }: Hold) {
    super(`hold ${holdId} expired at ${expiresAt?.toISOString() ?? '?'}; place another one`);
  }
}

export class CaptureTooLarge extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'capture-exceeds-hold';

  constructor({ holdId, amount }: Hold) {
    super(`hold ${holdId} is of ${formatAmount(amount)}; capture that or less`);
  }
}

export class PartiesEqual extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'parties-equal';

  constructor(party: string) {
    super(`${party} stands for two of the parties; each is another`);
  }
}

/**
 * How an active hold ends.
 *
 * @throws {HoldResolved} {HoldLapsed} {CaptureTooLarge}
 */
export function resolve(
  hold: Hold,
  to: { status: 'captured'; amount: Amount } | { status: 'voided' | 'expired' },
  now: Date,
): Hold {
  if (hold.status !== 'active') throw new HoldResolved(hold);
  const lapsed = hold.expiresAt !== null && hold.expiresAt <= now;
  if (lapsed && to.status !== 'expired') throw new HoldLapsed(hold);
  if (to.status !== 'captured') return { ...hold, status: to.status, resolvedAt: now };
  if (to.amount > hold.amount) throw new CaptureTooLarge(hold);
  return { ...hold, status: 'captured', captured: to.amount, resolvedAt: now };
}

/** The entry that places it, under the hold's own id. */
export function placing(hold: Hold): Posting {
  return {
    transferId: hold.holdId,
    kind: 'pending',
    debit: mainAccount(hold.payer, hold.assetSymbol),
    credit: mainAccount(hold.payee, hold.assetSymbol),
    amount: hold.amount,
    origin: { type: 'hold', id: hold.holdId },
  };
}

const ENDS = { captured: 'post', voided: 'void', expired: 'expire' } as const;

/** The entry that ends it. */
export function ending(hold: Hold, transferId: string): Posting {
  assert(hold.status !== 'active', 'a hold ends as something');
  return {
    ...placing(hold),
    transferId,
    kind: ENDS[hold.status],
    amount: hold.captured ?? hold.amount,
    pending: { transferId: hold.holdId, amount: hold.amount },
  };
}
