import { formatAmount, Refusal, type Amount } from '@fusion-prime/kernel';

/**
 * Money that the payer has given out of hand and the payee does not have yet.
 *
 *   created ─► funded ─► released      payer or arbiter
 *      │         ├─────► refunded      payee or arbiter
 *      │         ├─────► split         arbiter: a part each
 *      │         ├─────► expired       its time is over: all goes back
 *      │         └─► disputed ─► released · refunded · split     arbiter alone
 *      └─► cancelled · expired         no money was in it
 */
export const ESCROW_STATES = [
  'created',
  'funded',
  'disputed',
  'released',
  'refunded',
  'split',
  'cancelled',
  'expired',
] as const;
export type EscrowState = (typeof ESCROW_STATES)[number];

export interface EscrowOrder {
  payer: string;
  payee: string;
  /** Who decides when the two disagree; null = nobody, and then there is no dispute. */
  arbiter: string | null;
  assetSymbol: string;
  amount: Amount;
  /** After which what is in it goes back; null = never by itself. */
  expiresAt: Date | null;
}

export interface Escrow extends EscrowOrder {
  escrowId: string;
  state: EscrowState;
  released: Amount;
  refunded: Amount;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** What can be done to an escrow by one of its parties. */
export type EscrowAct =
  | { act: 'fund' | 'release' | 'refund' | 'dispute' | 'cancel' }
  | { act: 'split'; released: Amount; refunded: Amount };

type Party = 'payer' | 'payee' | 'arbiter';

const NEXT_STATES: Readonly<Record<EscrowState, readonly EscrowState[]>> = {
  created: ['funded', 'cancelled', 'expired'],
  funded: ['released', 'refunded', 'split', 'disputed', 'expired'],
  disputed: ['released', 'refunded', 'split'],
  released: [],
  refunded: [],
  split: [],
  cancelled: [],
  expired: [],
};

const RULES: Readonly<Record<EscrowAct['act'], { to: EscrowState; by: readonly Party[] }>> = {
  fund: { to: 'funded', by: ['payer'] },
  release: { to: 'released', by: ['payer', 'arbiter'] },
  refund: { to: 'refunded', by: ['payee', 'arbiter'] },
  split: { to: 'split', by: ['arbiter'] },
  dispute: { to: 'disputed', by: ['payer', 'payee'] },
  cancel: { to: 'cancelled', by: ['payer', 'payee'] },
};

export class EscrowNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'escrow-not-found';

  constructor(escrowId: string) {
    super(`no escrow ${escrowId}`);
  }
}

export class EscrowActIllegal extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'escrow-transition-illegal';

  constructor({ escrowId, state }: Escrow, to: EscrowState) {
    const allowed = NEXT_STATES[state];
    super(
      `escrow ${escrowId} is ${state} and cannot become ${to}; ` +
        (allowed.length === 0 ? 'this is final' : `it can become ${allowed.join(', ')}`),
    );
  }
}

export class EscrowPartyForbidden extends Refusal {
  readonly kind = 'forbidden';
  readonly code = 'escrow-party-forbidden';

  constructor({ escrowId, state }: Escrow, act: string, by: readonly Party[]) {
    const who = by.length === 0 ? 'nobody' : by.join(' or ');
    super(`${who} can ${act} escrow ${escrowId} while it is ${state}`);
  }
}

export class EscrowVersionMismatch extends Refusal {
  readonly kind = 'precondition_failed';
  readonly code = 'escrow-version-mismatch';

  constructor({ escrowId, version }: Escrow) {
    super(`escrow ${escrowId} is at version ${String(version)}; read it again`);
  }
}

export class EscrowLapsed extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'escrow-expired';

  constructor({ escrowId, expiresAt }: Escrow) {
    super(`escrow ${escrowId} expired at ${expiresAt?.toISOString() ?? '?'}`);
  }
}

export class SplitUnequal extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'escrow-split-unequal';

  constructor({ escrowId, amount }: Escrow) {
    super(`the parts of escrow ${escrowId} sum to ${formatAmount(amount)}`);
  }
}

export class NoArbiter extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'escrow-without-arbiter';

  constructor({ escrowId }: Escrow) {
    super(`escrow ${escrowId} has no arbiter who could decide a dispute`);
  }
}

const NONE = 0n as Amount;

/**
 * The escrow after an act of one of its parties.
 *
 * @throws {EscrowActIllegal} {EscrowPartyForbidden} {EscrowLapsed} {SplitUnequal} {NoArbiter}
 */
export function act(
  escrow: Escrow,
  wish: EscrowAct,
  { actingParty, now }: { actingParty: string; now: Date },
): Escrow {
  const { to, by } = RULES[wish.act];
  if (!NEXT_STATES[escrow.state].includes(to)) throw new EscrowActIllegal(escrow, to);
  const may = escrow.state === 'disputed' ? by.filter((party) => party === 'arbiter') : by;
  if (!may.some((party) => escrow[party] === actingParty))
    throw new EscrowPartyForbidden(escrow, wish.act, may);
  if (isOver(escrow, now)) throw new EscrowLapsed(escrow);
  if (to === 'disputed' && escrow.arbiter === null) throw new NoArbiter(escrow);
  return { ...escrow, ...sharesOf(escrow, wish), ...stamp(escrow, now), state: to };
}

/** The escrow when its time is over: what is in it goes back. */
export function expire(escrow: Escrow, now: Date): Escrow {
  if (!NEXT_STATES[escrow.state].includes('expired')) throw new EscrowActIllegal(escrow, 'expired');
  const refunded = escrow.state === 'funded' ? escrow.amount : NONE;
  return { ...escrow, refunded, ...stamp(escrow, now), state: 'expired' };
}

function isOver({ state, expiresAt }: Escrow, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now && NEXT_STATES[state].includes('expired');
}

function stamp({ version }: Escrow, now: Date): Pick<Escrow, 'version' | 'updatedAt'> {
  return { version: version + 1, updatedAt: now };
}

function sharesOf(escrow: Escrow, wish: EscrowAct): Pick<Escrow, 'released' | 'refunded'> {
  if (wish.act === 'release') return { released: escrow.amount, refunded: NONE };
  if (wish.act === 'refund') return { released: NONE, refunded: escrow.amount };
  if (wish.act !== 'split') return { released: NONE, refunded: NONE };
  const { released, refunded } = wish;
  if (released + refunded !== escrow.amount) throw new SplitUnequal(escrow);
  return { released, refunded };
}
