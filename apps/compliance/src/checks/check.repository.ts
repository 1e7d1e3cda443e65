import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import {
  CheckNotFound,
  type Check,
  type CheckKind,
  type CheckState,
  type CheckTransition,
  type RejectType,
} from './check.js';

interface CheckRow {
  check_id: string;
  subject_id: string;
  kind: CheckKind;
  state: CheckState;
  reject_type: RejectType | null;
  provider: string | null;
  provider_ref: string | null;
  requested_by: string;
  requested_at: Date;
  decided_at: Date | null;
  valid_until: Date | null;
}

interface TransitionRow {
  check_id: string;
  seq: number;
  from_state: CheckState | null;
  to_state: CheckState;
  actor: string;
  reason: string | null;
  occurred_at: Date;
}

/** A subject with more checks than this needs a paged list, not a longer answer. */
const MAX_CHECKS_LISTED = 200;

const COLUMNS = `check_id, subject_id, kind, state, reject_type, provider, provider_ref, requested_by,
  requested_at, decided_at, valid_until`;

@Injectable()
export class CheckRepository {
  /** False when the provider's reference is taken. */
  async insert(tx: Tx, check: Check): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO check_runs (check_id, subject_id, kind, state, provider, provider_ref, requested_by,
         requested_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (provider, provider_ref) DO NOTHING
       RETURNING check_id`,
      [
        check.checkId,
        check.subjectId,
        check.kind,
        check.state,
        check.provider,
        check.providerRef,
        check.requestedBy,
        check.requestedAt,
      ],
    );
    return rows.length === 1;
  }

  /** Locks the row until the end of the transaction. @throws {CheckNotFound} */
  async lockById(tx: Tx, checkId: string): Promise<Check> {
    const rows = await tx.query<CheckRow[]>(
      `SELECT ${COLUMNS} FROM check_runs WHERE check_id = $1 FOR UPDATE`,
      [checkId],
    );
    if (rows[0] === undefined) throw new CheckNotFound(checkId);
    return toCheck(rows[0]);
  }

  async save(tx: Tx, check: Check): Promise<void> {
    await tx.query(
      `UPDATE check_runs
          SET state = $2, reject_type = $3, decided_at = $4, valid_until = $5, version = version + 1
        WHERE check_id = $1`,
      [check.checkId, check.state, check.rejectType, check.decidedAt, check.validUntil],
    );
  }

  /** Numbered by the database while the check's row is locked, so two writers never share a number. */
  async appendTransition(
    tx: Tx,
    checkId: string,
    step: Omit<CheckTransition, 'seq'>,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO check_transitions (check_id, seq, from_state, to_state, actor, reason, occurred_at)
       SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6
         FROM check_transitions WHERE check_id = $1`,
      [checkId, step.fromState, step.toState, step.actor, step.reason, step.occurredAt],
    );
  }

  /** Whether no identity check of the subject was started after this one. */
  async isNewestIdentityCheck(tx: Tx, check: Check): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM check_runs
        WHERE subject_id = $1 AND kind IN ('KYC', 'KYB') AND (requested_at, check_id) > ($2, $3)
        LIMIT 1`,
      [check.subjectId, check.requestedAt, check.checkId],
    );
    return rows.length === 0;
  }

  /** Newest first, each with its whole history. */
  async listOf(
    tx: Tx,
    subjectId: string,
  ): Promise<{ check: Check; transitions: CheckTransition[] }[]> {
    const checks = await tx.query<CheckRow[]>(
      `SELECT ${COLUMNS} FROM check_runs WHERE subject_id = $1
        ORDER BY requested_at DESC, check_id DESC LIMIT ${MAX_CHECKS_LISTED}`,
      [subjectId],
    );
    const steps = await tx.query<TransitionRow[]>(
      `SELECT check_id, seq, from_state, to_state, actor, reason, occurred_at
         FROM check_transitions WHERE check_id = ANY($1) ORDER BY check_id, seq`,
      [checks.map((row) => row.check_id)],
    );
    return checks.map((row) => ({
      check: toCheck(row),
      transitions: steps.filter((step) => step.check_id === row.check_id).map(toTransition),
    }));
  }
}

function toCheck(row: CheckRow): Check {
  return {
    checkId: row.check_id,
    subjectId: row.subject_id,
    kind: row.kind,
    state: row.state,
    rejectType: row.reject_type,
    provider: row.provider,
    providerRef: row.provider_ref,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    decidedAt: row.decided_at,
    validUntil: row.valid_until,
  };
}

function toTransition(row: TransitionRow): CheckTransition {
  return {
    seq: row.seq,
    fromState: row.from_state,
    toState: row.to_state,
    actor: row.actor,
    reason: row.reason,
    occurredAt: row.occurred_at,
  };
}
