import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('subjects')
@Unique('subjects_external_ref_once', ['externalRef'])
@Index('subjects_page', ['createdAt', 'subjectId'])
@Check('subjects_kind_known', `kind IN ('PERSON', 'ORGANISATION', 'VESSEL', 'WALLET')`)
@Check('subjects_names_present', `jsonb_typeof(names) = 'array' AND jsonb_array_length(names) > 0`)
@Check('subjects_birth_ordered', `born_from <= born_to`)
@Check(
  'subjects_kyc_state_known',
  `kyc_state IN ('NOT_STARTED', 'PENDING', 'IN_REVIEW', 'ACTION_REQUIRED', 'APPROVED', 'REJECTED', 'EXPIRED', 'BLOCKED')`,
)
@Check('subjects_risk_level_known', `risk_level IN ('LOW', 'STANDARD', 'HIGH')`)
export class SubjectEntity {
  @PrimaryColumn('uuid', { name: 'subject_id', primaryKeyConstraintName: 'subjects_pkey' })
  subjectId!: string;

  @Column('varchar', { name: 'external_ref', length: 128 })
  externalRef!: string;

  @Column('varchar', { length: 16 })
  kind!: string;

  @Column('jsonb')
  names!: string[];

  @Column('date', { name: 'born_from', nullable: true })
  bornFrom!: string | null;

  @Column('date', { name: 'born_to', nullable: true })
  bornTo!: string | null;

  @Column('text', { array: true, default: [] })
  countries!: string[];

  @Column('varchar', { name: 'kyc_state', length: 16, default: 'NOT_STARTED' })
  kycState!: string;

  @Column('varchar', { name: 'risk_level', length: 16, default: 'STANDARD' })
  riskLevel!: string;

  @Column('timestamptz', { name: 'valid_until', nullable: true })
  validUntil!: Date | null;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
