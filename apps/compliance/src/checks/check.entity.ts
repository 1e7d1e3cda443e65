import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { SubjectEntity } from '../subjects/subject.entity.js';

@Entity('check_runs')
@Unique('check_runs_provider_ref_once', ['provider', 'providerRef'])
@Index('check_runs_subject', ['subjectId', 'requestedAt', 'checkId'])
@ForeignKey(() => SubjectEntity, ['subjectId'], ['subjectId'], {
  name: 'check_runs_subject_exists',
})
@Check(
  'check_runs_kind_known',
  `kind IN ('KYC', 'KYB', 'SANCTIONS', 'PEP', 'AML', 'WALLET', 'TRAVEL_RULE')`,
)
@Check(
  'check_runs_state_known',
  `state IN ('PENDING', 'IN_REVIEW', 'ACTION_REQUIRED', 'APPROVED', 'REJECTED', 'EXPIRED', 'BLOCKED')`,
)
@Check('check_runs_reject_type_stated', `(state = 'REJECTED') = (reject_type IS NOT NULL)`)
@Check('check_runs_reject_type_known', `reject_type IN ('FINAL', 'RETRY')`)
export class CheckEntity {
  @PrimaryColumn('uuid', { name: 'check_id', primaryKeyConstraintName: 'check_runs_pkey' })
  checkId!: string;

  @Column('uuid', { name: 'subject_id' })
  subjectId!: string;

  @Column('varchar', { length: 16 })
  kind!: string;

  @Column('varchar', { length: 16, default: 'PENDING' })
  state!: string;

  @Column('varchar', { name: 'reject_type', length: 8, nullable: true })
  rejectType!: string | null;

  @Column('varchar', { length: 64, nullable: true })
  provider!: string | null;

  @Column('varchar', { name: 'provider_ref', length: 128, nullable: true })
  providerRef!: string | null;

  @Column('varchar', { name: 'requested_by', length: 128 })
  requestedBy!: string;

  @Column('timestamptz', { name: 'requested_at', default: () => 'now()' })
  requestedAt!: Date;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column('timestamptz', { name: 'valid_until', nullable: true })
  validUntil!: Date | null;

  @Column('integer', { default: 1 })
  version!: number;
}
