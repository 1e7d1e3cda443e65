import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import {
  SubjectNotFound,
  type KycState,
  type RiskLevel,
  type Subject,
  type SubjectKind,
} from './subject.js';

interface SubjectRow {
  subject_id: string;
  external_ref: string;
  kind: SubjectKind;
  names: string[];
  born_from: string | null;
  born_to: string | null;
  countries: string[];
  kyc_state: KycState;
  risk_level: RiskLevel;
  valid_until: Date | null;
  created_at: Date;
}

// Dates as text: a JavaScript Date would move a birthday across time zones.
const COLUMNS = `subject_id, external_ref, kind, names, born_from::text, born_to::text, countries,
  kyc_state, risk_level, valid_until, created_at`;

@Injectable()
export class SubjectRepository {
  /** False when the external reference is taken. */
  async insert(tx: Tx, subject: Subject): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO subjects (subject_id, external_ref, kind, names, born_from, born_to, countries,
         kyc_state, risk_level, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
       ON CONFLICT (external_ref) DO NOTHING
       RETURNING subject_id`,
      [
        subject.subjectId,
        subject.externalRef,
        subject.kind,
        JSON.stringify(subject.names),
        subject.bornFrom,
        subject.bornTo,
        subject.countries,
        subject.kycState,
        subject.riskLevel,
        subject.createdAt,
      ],
    );
    return rows.length === 1;
  }

  /** @throws {SubjectNotFound} */
  async getById(tx: Tx, subjectId: string): Promise<Subject> {
    return this.read(tx, subjectId, '');
  }

  /** Locks the row until the end of the transaction. @throws {SubjectNotFound} */
  async lockById(tx: Tx, subjectId: string): Promise<Subject> {
    return this.read(tx, subjectId, 'FOR UPDATE');
  }

  async saveKycState(tx: Tx, subject: Subject): Promise<void> {
    await tx.query(
      `UPDATE subjects
          SET kyc_state = $2, valid_until = $3, version = version + 1, updated_at = now()
        WHERE subject_id = $1`,
      [subject.subjectId, subject.kycState, subject.validUntil],
    );
  }

  /** Of those that are registered: what was last said of each. */
  async standingOf(
    tx: Tx,
    externalRefs: readonly string[],
  ): Promise<Pick<Subject, 'externalRef' | 'kycState' | 'validUntil'>[]> {
    const rows = await tx.query<Pick<SubjectRow, 'external_ref' | 'kyc_state' | 'valid_until'>[]>(
      'SELECT external_ref, kyc_state, valid_until FROM subjects WHERE external_ref = ANY($1)',
      [externalRefs],
    );
    return rows.map((row) => ({
      externalRef: row.external_ref,
      kycState: row.kyc_state,
      validUntil: row.valid_until,
    }));
  }

  private async read(tx: Tx, subjectId: string, lock: '' | 'FOR UPDATE'): Promise<Subject> {
    const rows = await tx.query<SubjectRow[]>(
      `SELECT ${COLUMNS} FROM subjects WHERE subject_id = $1 ${lock}`,
      [subjectId],
    );
    if (rows[0] === undefined) throw new SubjectNotFound(subjectId);
    return toSubject(rows[0]);
  }
}

function toSubject(row: SubjectRow): Subject {
  return {
    subjectId: row.subject_id,
    externalRef: row.external_ref,
    kind: row.kind,
    names: row.names,
    bornFrom: row.born_from,
    bornTo: row.born_to,
    countries: row.countries,
    kycState: row.kyc_state,
    riskLevel: row.risk_level,
    validUntil: row.valid_until,
    createdAt: row.created_at,
  };
}
