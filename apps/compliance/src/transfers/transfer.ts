import { Refusal, type FieldError } from '@fusion-prime/kernel';
import type { UnknownPartyOutcome } from '../compliance.config.js';
import type { KycState } from '../subjects/subject.js';

/**
 * What is said about a transfer. Nothing is approved by the passing of time:
 *
 *   (asked) ─┬─► APPROVED
 *            ├─► REJECTED
 *            └─► HELD · PENDING ──a person decides──► APPROVED | REJECTED
 */
export const DECISIONS = ['APPROVED', 'REJECTED', 'HELD', 'PENDING'] as const;
export type Decision = (typeof DECISIONS)[number];

/** What a person may decide. */
export const VERDICTS = ['APPROVED', 'REJECTED'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A transfer as settlement describes it; its id is settlement's, and for ever. */
export interface Transfer {
  settlementId: string;
  /** External references of subjects. */
  payer: string;
  payee: string;
  assetSymbol: string;
  /** Canonical decimal. */
  amount: string;
}

export interface Judgement {
  decision: Decision;
  /** Stable codes, the one that weighs most first. An approval has one when it is by policy alone. */
  reasons: readonly string[];
}

export interface TransferDecision extends Transfer, Judgement {
  evaluatedAt: Date;
  /** 1, 2 …: one more with each decision. */
  version: number;
}

/** One entry of a transfer's history. */
export interface DecisionStep extends Judgement {
  version: number;
  actor: string;
  decidedAt: Date;
}

export class TransferNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'transfer-not-found';

  constructor(settlementId: string) {
    super(`nobody asked about transfer ${settlementId}`);
  }
}

export class TransferDecided extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'transfer-decided';

  constructor(settlementId: string, decision: Decision) {
    super(`transfer ${settlementId} is ${decision}; only one that is HELD or PENDING is decided`);
  }
}

export class SettlementIdReused extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'settlement-id-reused';
  override readonly fieldErrors: readonly FieldError[];

  constructor(settlementId: string, field: string) {
    super(`${settlementId} was evaluated with another ${field}; another transfer needs another id`);
    const detail = 'differs from what was evaluated under this id';
    this.fieldErrors = [{ pointer: `/${field}`, code: this.code, detail }];
  }
}

const OF_STATE: Record<KycState, Judgement> = {
  APPROVED: { decision: 'APPROVED', reasons: [] },
  BLOCKED: { decision: 'REJECTED', reasons: ['party-blocked'] },
  REJECTED: { decision: 'REJECTED', reasons: ['party-rejected'] },
  EXPIRED: { decision: 'HELD', reasons: ['party-expired'] },
  NOT_STARTED: { decision: 'HELD', reasons: ['party-not-approved'] },
  PENDING: { decision: 'HELD', reasons: ['party-not-approved'] },
  IN_REVIEW: { decision: 'HELD', reasons: ['party-not-approved'] },
  ACTION_REQUIRED: { decision: 'HELD', reasons: ['party-not-approved'] },
};

const GRAVITY: Record<Decision, number> = { REJECTED: 3, HELD: 2, PENDING: 1, APPROVED: 0 };

/**
 * The graver of what its two parties call for, with the reasons of both.
 *
 * @param standings state of each party that is known
 * @param unknownParty what a party calls for that is not
 */
export function judge(
  { payer, payee }: Pick<Transfer, 'payer' | 'payee'>,
  standings: ReadonlyMap<string, KycState>,
  unknownParty: UnknownPartyOutcome,
): Judgement {
  const found = [payer, payee]
    .map((party): Judgement => {
      const state = standings.get(party);
      if (state !== undefined) return OF_STATE[state];
      return { decision: unknownParty, reasons: ['party-unknown'] };
    })
    .sort((a, b) => GRAVITY[b.decision] - GRAVITY[a.decision]);
  return {
    decision: found[0]?.decision ?? 'HELD',
    reasons: [...new Set(found.flatMap(({ reasons }) => reasons))],
  };
}

const FIELDS = {
  payer: 'payer',
  payee: 'payee',
  assetSymbol: 'asset_symbol',
  amount: 'amount',
} as const satisfies Partial<Record<keyof Transfer, string>>;

/** The first field in which two transfers of one id differ, as clients call it; null when none does. */
export function differingField(stored: Transfer, asked: Transfer): string | null {
  for (const [name, field] of Object.entries(FIELDS)) {
    if (stored[name as keyof typeof FIELDS] !== asked[name as keyof typeof FIELDS]) return field;
  }
  return null;
}

/** @throws {TransferDecided} */
export function decide(
  current: TransferDecision,
  verdict: Verdict,
  reason: string,
): TransferDecision {
  if (current.decision !== 'HELD' && current.decision !== 'PENDING') {
    throw new TransferDecided(current.settlementId, current.decision);
  }
  return { ...current, decision: verdict, reasons: [reason], version: current.version + 1 };
}
