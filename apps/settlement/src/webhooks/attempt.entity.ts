import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { DeliveryEntity } from './delivery.entity.js';

/** One POST: it was answered, or it was not. */
@Entity('webhook_attempts')
@ForeignKey(() => DeliveryEntity, ['deliveryId'], ['deliveryId'], {
  name: 'webhook_attempts_delivery_exists',
  onDelete: 'CASCADE',
})
@Check('webhook_attempts_ended_once', 'num_nonnulls(response_status, error) = 1')
export class AttemptEntity {
  @PrimaryColumn('uuid', {
    name: 'delivery_id',
    primaryKeyConstraintName: 'webhook_attempts_pkey',
  })
  deliveryId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'webhook_attempts_pkey' })
  attempt!: number;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('integer', { name: 'duration_ms' })
  durationMs!: number;

  @Column('smallint', { name: 'response_status', nullable: true })
  responseStatus!: number | null;

  @Column('varchar', { name: 'response_body', length: 2048, nullable: true })
  responseBody!: string | null;

  @Column('varchar', { length: 64, nullable: true })
  error!: string | null;
}
