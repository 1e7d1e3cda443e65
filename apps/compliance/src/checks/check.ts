import { Refusal } from '@fusion-prime/kernel';

/**
 * A check asks one question about a subject and ends in an answer.
 *
 *   PENDING ─► IN_REVIEW ◄─► ACTION_REQUIRED
 *      │           │               │
 *      └───────────┴───────┬───────┘
 *                          ├─► APPROVED ─► EXPIRED
 *                          ├─► REJECTED (FINAL, or RETRY = a new check may be started)
 *                          └─► BLOCKED   (also from APPROVED)
 *
 * An answer is never taken back: what changes later is a new check.
 */
export const CHECK_STATES = [
  'PENDING',
  'IN_REVIEW',
  'ACTION_REQUIRED',
  'APPROVED',
  'REJECTED',
  'EXPIRED',
  'BLOCKED',
] as const;
export type CheckState = (typeof CHECK_STATES)[number];

export const CHECK_KINDS = [
  'KYC',
  'KYB',
  'SANCTIONS',
  'PEP',
  'AML',
  'WALLET',
  'TRAVEL_RULE',
] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];

export const REJECT_TYPES = ['FINAL', 'RETRY'] as const;
export type RejectType = (typeof REJECT_TYPES)[number];

const nextStates: Record<CheckState, readonly CheckState[]> = {
  PENDING: ['IN_REVIEW', 'ACTION_REQUIRED', 'APPROVED', 'REJECTED', 'BLOCKED'],
  IN_REVIEW: ['ACTION_REQUIRED', 'APPROVED', 'REJECTED', 'BLOCKED'],
  ACTION_REQUIRED: ['IN_REVIEW', 'APPROVED', 'REJECTED', 'BLOCKED'],
  APPROVED: ['EXPIRED', 'BLOCKED'],
  REJECTED: [],
  EXPIRED: [],
  BLOCKED: [],
};

export interface Check {
  checkId: string;
  subjectId: string;
  kind: CheckKind;
  state: CheckState;
  rejectType: RejectType | null;
  /** Whose answer it is, and under which name there; unique together. */
  provider: string | null;
  providerRef: string | null;
  requestedBy: string;
  requestedAt: Date;
  decidedAt: Date | null;
  validUntil: Date | null;
}

/** One step of a check's history; written once, never changed. */
export interface CheckTransition {
  seq: number;
  fromState: CheckState | null;
  toState: CheckState;
  actor: string;
  reason: string | null;
  occurredAt: Date;
}

/** What somebody wants to become of a check. */
export interface CheckMove {
  toState: CheckState;
  rejectType: RejectType | null;
  validUntil: Date | null;
  reason: string | null;
}

export class CheckNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'check-not-found';

  constructor(checkId: string) {
    super(`no check ${checkId}`);
  }
}

export class CheckTransitionRefused extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'check-transition-refused';

  constructor(check: Check, toState: CheckState) {
    const allowed = nextStates[check.state].join(', ') || 'nothing: start a new check';
    super(
      `check ${check.checkId} is ${check.state} and cannot become ${toState}; allowed: ${allowed}`,
    );
  }
}

export class ProviderRefTaken extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'provider-ref-taken';

  constructor(provider: string, providerRef: string) {
    super(`${provider} ${providerRef} belongs to another check already`);
  }
}

/** @throws {CheckTransitionRefused} */
export function move(check: Check, wish: CheckMove, movedAt: Date): Check {
  if (!nextStates[check.state].includes(wish.toState)) {
    throw new CheckTransitionRefused(check, wish.toState);
  }
  const decided = nextStates[wish.toState].length === 0 || wish.toState === 'APPROVED';
  return {
    ...check,
    state: wish.toState,
    rejectType: wish.rejectType,
    validUntil: wish.toState === 'APPROVED' ? wish.validUntil : check.validUntil,
    decidedAt: check.decidedAt ?? (decided ? movedAt : null),
  };
}

/** KYC and KYB say who the subject is, so the subject's own state follows them. */
export function decidesIdentity(kind: CheckKind): boolean {
  return kind === 'KYC' || kind === 'KYB';
}
