import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { MessageEntity } from './message.entity.js';

/** One message for one subscription. */
@Entity('webhook_deliveries')
@Unique('webhook_deliveries_once', ['eventId', 'subscriptionId'])
@ForeignKey(() => MessageEntity, ['eventId'], ['eventId'], {
  name: 'webhook_deliveries_message_exists',
  onDelete: 'CASCADE',
})
@Index('webhook_deliveries_due', ['subscriptionId', 'nextAttemptAt'], {
  where: `status = 'pending'`,
})
@Index('webhook_deliveries_page', ['subscriptionId', 'createdAt', 'deliveryId'])
@Index('webhook_deliveries_undelivered', ['subscriptionId', 'createdAt', 'deliveryId'], {
  where: `status IN ('failed', 'skipped')`,
})
@Check('webhook_deliveries_status_known', `status IN ('pending', 'delivered', 'failed', 'skipped')`)
@Check('webhook_deliveries_finish_dated', `(status = 'pending') = (finished_at IS NULL)`)
@Check('webhook_deliveries_attempts_counted', 'retries >= 0 AND attempts >= retries')
export class DeliveryEntity {
  @PrimaryColumn('uuid', {
    name: 'delivery_id',
    primaryKeyConstraintName: 'webhook_deliveries_pkey',
  })
  deliveryId!: string;

  @Column('varchar', { name: 'subscription_id', length: 128 })
  subscriptionId!: string;

  @Column('uuid', { name: 'event_id' })
  eventId!: string;

  @Column('varchar', { name: 'event_type', length: 128 })
  eventType!: string;

  @Column('varchar', { length: 16, default: 'pending' })
  status!: string;

  @Column('integer', { default: 0 })
  attempts!: number;

  /** Its place in the schedule; a resend begins anew. */
  @Column('smallint', { default: 0 })
  retries!: number;

  @Column('timestamptz', { name: 'next_attempt_at', default: () => 'now()' })
  nextAttemptAt!: Date;

  /** Somebody is sending it until then. */
  @Column('timestamptz', { name: 'locked_until', nullable: true })
  lockedUntil!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
