import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('alerts')
@Unique('alerts_episode_once', ['fingerprint', 'episode'])
@Index('alerts_open_once', ['fingerprint'], { unique: true, where: `state <> 'RESOLVED'` })
@Index('alerts_page', ['createdAt', 'alertId'])
@Check('alerts_fingerprint_length', 'octet_length(fingerprint) = 32')
@Check('alerts_episode_positive', 'episode >= 1')
@Check('alerts_severity_known', `severity IN ('info', 'warning', 'critical')`)
@Check('alerts_state_known', `state IN ('PENDING', 'FIRING', 'RESOLVED')`)
@Check('alerts_resolved_has_end', `(state = 'RESOLVED') = (ends_at IS NOT NULL)`)
@Check('alerts_end_after_start', 'ends_at >= starts_at')
export class AlertEntity {
  @PrimaryColumn('uuid', { name: 'alert_id', primaryKeyConstraintName: 'alerts_pkey' })
  alertId!: string;

  @Column('bytea')
  fingerprint!: Buffer;

  @Column('integer')
  episode!: number;

  @Column('jsonb')
  labels!: Record<string, string>;

  @Column('jsonb', { default: {} })
  annotations!: Record<string, string>;

  @Column('varchar', { length: 16 })
  severity!: string;

  @Column('varchar', { length: 16, default: 'FIRING' })
  state!: string;

  @Column('timestamptz', { name: 'starts_at' })
  startsAt!: Date;

  @Column('timestamptz', { name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
