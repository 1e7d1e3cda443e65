import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { CheckEntity } from './check.entity.js';

/** Append-only by trigger. */
@Entity('check_transitions')
@ForeignKey(() => CheckEntity, ['checkId'], ['checkId'], { name: 'check_transitions_check_exists' })
export class CheckTransitionEntity {
  @PrimaryColumn('uuid', { name: 'check_id', primaryKeyConstraintName: 'check_transitions_pkey' })
  checkId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'check_transitions_pkey' })
  seq!: number;

  @Column('varchar', { name: 'from_state', length: 16, nullable: true })
  fromState!: string | null;

  @Column('varchar', { name: 'to_state', length: 16 })
  toState!: string;

  @Column('varchar', { length: 128 })
  actor!: string;

  @Column('varchar', { length: 512, nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;
}
