import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { AlertEntity } from '../alerts/alert.entity.js';

/** Append-only by trigger. */
@Entity('alert_timeline')
@ForeignKey(() => AlertEntity, ['alertId'], ['alertId'], { name: 'alert_timeline_alert_exists' })
export class TimelineEntryEntity {
  @PrimaryColumn('uuid', { name: 'alert_id', primaryKeyConstraintName: 'alert_timeline_pkey' })
  alertId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'alert_timeline_pkey' })
  seq!: number;

  @Column('varchar', { length: 32 })
  kind!: string;

  @Column('varchar', { length: 128 })
  actor!: string;

  @Column('jsonb', { default: {} })
  detail!: object;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;
}
