import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('settlement_groups')
@Index('settlement_groups_page', ['createdAt', 'groupId'])
@Index('settlement_groups_due', ['dueAt'], {
  where: `status IN ('pending', 'matched') AND due_at IS NOT NULL`,
})
@Check('settlement_groups_model_known', `model IN ('DVP1', 'PVP')`)
@Check(
  'settlement_groups_status_known',
  `status IN ('pending', 'matched', 'settled', 'failed', 'cancelled')`,
)
@Check('settlement_groups_leg_count_bounded', 'leg_count BETWEEN 2 AND 100')
@Check(
  'settlement_groups_failure_named',
  `(status = 'failed') = (reason_code IS NOT NULL) AND (status = 'failed') = (failed_leg IS NOT NULL) AND failed_leg BETWEEN 1 AND leg_count`,
)
export class GroupEntity {
  @PrimaryColumn('uuid', { name: 'group_id', primaryKeyConstraintName: 'settlement_groups_pkey' })
  groupId!: string;

  @Column('varchar', { length: 8 })
  model!: string;

  @Column('varchar', { length: 16, default: 'pending' })
  status!: string;

  @Column('smallint', { name: 'leg_count' })
  legCount!: number;

  @Column('smallint', { name: 'failed_leg', nullable: true })
  failedLeg!: number | null;

  @Column('varchar', { name: 'reason_code', length: 64, nullable: true })
  reasonCode!: string | null;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'cutoff_at', nullable: true })
  cutoffAt!: Date | null;

  /** When it has to be looked at next; null = nothing to do by itself. */
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
