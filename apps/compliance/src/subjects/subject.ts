import { Refusal } from '@fusion-prime/kernel';

/** Somebody or something that takes part in transfers and must be known. */
export const SUBJECT_KINDS = ['PERSON', 'ORGANISATION', 'VESSEL', 'WALLET'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export const RISK_LEVELS = ['LOW', 'STANDARD', 'HIGH'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

/** Follows the newest KYC or KYB check: nothing else writes it. */
export const KYC_STATES = [
  'NOT_STARTED',
  'PENDING',
  'IN_REVIEW',
  'ACTION_REQUIRED',
  'APPROVED',
  'REJECTED',
  'EXPIRED',
  'BLOCKED',
] as const;
export type KycState = (typeof KYC_STATES)[number];

/** What is told about a subject when it is registered. */
export interface SubjectProfile {
  /** The client's own id of the subject; registered once. */
  externalRef: string;
  kind: SubjectKind;
  names: readonly string[];
  /** Calendar dates; equal when the day is known, apart when only a range is. */
  bornFrom: string | null;
  bornTo: string | null;
  /** ISO 3166-1 alpha-2. */
  countries: readonly string[];
  riskLevel: RiskLevel;
}

export interface Subject extends SubjectProfile {
  subjectId: string;
  kycState: KycState;
  /** Until when an approval holds; null = no end stated. */
  validUntil: Date | null;
  createdAt: Date;
}

export class SubjectExists extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'subject-exists';

  constructor(externalRef: string) {
    super(`external_ref ${externalRef} is registered already; change that subject instead`);
  }
}

export class SubjectNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'subject-not-found';

  constructor(subjectId: string) {
    super(`no subject ${subjectId}`);
  }
}

export function register(
  profile: SubjectProfile,
  { subjectId, registeredAt }: { subjectId: string; registeredAt: Date },
): Subject {
  return {
    ...profile,
    subjectId,
    kycState: 'NOT_STARTED',
    validUntil: null,
    createdAt: registeredAt,
  };
}

/** An approval that has run out reads as EXPIRED, whether or not anybody has written so yet. */
export function kycStateAt(subject: Pick<Subject, 'kycState' | 'validUntil'>, now: Date): KycState {
  const lapsed = subject.validUntil !== null && subject.validUntil <= now;
  return subject.kycState === 'APPROVED' && lapsed ? 'EXPIRED' : subject.kycState;
}
