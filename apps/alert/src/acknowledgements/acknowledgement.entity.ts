import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AlertEntity } from '../alerts/alert.entity.js';

@Entity('acknowledgements')
@Index('acknowledgements_live_once', ['alertId'], { unique: true, where: 'withdrawn_at IS NULL' })
@ForeignKey(() => AlertEntity, ['alertId'], ['alertId'], { name: 'acknowledgements_alert_exists' })
@Check('acknowledgements_expiry_later', 'expires_at > acknowledged_at')
export class AcknowledgementEntity {
  @PrimaryColumn('uuid', {
    name: 'acknowledgement_id',
    primaryKeyConstraintName: 'acknowledgements_pkey',
  })
  acknowledgementId!: string;

  @Column('uuid', { name: 'alert_id' })
  alertId!: string;

  @Column('varchar', { length: 128 })
  actor!: string;

  @Column('varchar', { length: 1024, nullable: true })
  note!: string | null;

  @Column('timestamptz', { name: 'acknowledged_at' })
  acknowledgedAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;
}
