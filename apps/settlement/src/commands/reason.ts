/**
 * Why a command ended otherwise than settled, and its twin in ISO 20022's ExternalStatusReason1Code, which
 * banks understand.
 */
export const REASONS = {
  /** It lacks payee, asset or amount. FF01 InvalidFileFormat: incomplete or invalid. */
  incomplete: 'FF01',
  /** Payer and payee are one. AG01 TransactionForbidden. */
  'same-party': 'AG01',
  /** The payer has less than the amount. AM04 InsufficientFunds. */
  'insufficient-funds': 'AM04',
  /** Compliance said no. RR04 RegulatoryReason. */
  'compliance-rejected': 'RR04',
  /** Its `expires_at` passed first. TM01 InvalidCutOffTime. */
  expired: 'TM01',
  /** A client took it back. DS02 OrderCancelled. */
  'cancelled-by-client': 'DS02',
  /** An operator ended it. ED05 SettlementFailed. */
  'failed-by-operator': 'ED05',
  /** A client undid it after it was settled. CUST RequestedByCustomer. */
  'reversed-by-client': 'CUST',
  /** From before reasons were kept. NARR Narrative. */
  unrecorded: 'NARR',
} as const;

export type Reason = keyof typeof REASONS;

export function isoOf(reason: Reason | null): string | null {
  return reason === null ? null : REASONS[reason];
}
