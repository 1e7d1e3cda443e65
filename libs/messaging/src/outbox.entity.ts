import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** One event for one subscriber, from the transaction that made the fact until it was handed over. */
@Entity('outbox')
@Unique('outbox_order_once', ['subscriber', 'aggregateType', 'aggregateId', 'aggregateSeq'])
@Index('outbox_due', ['subscriber', 'id'], { where: `status = 'pending'` })
@Index('outbox_parked', ['subscriber', 'id'], { where: `status = 'parked'` })
@Check('outbox_status_known', `status IN ('pending', 'sent', 'parked', 'discarded')`)
@Check('outbox_sent_dated', `(status = 'sent') = (sent_at IS NOT NULL)`)
export class OutboxEntity {
  @PrimaryColumn('uuid', { name: 'event_id', primaryKeyConstraintName: 'outbox_pkey' })
  eventId!: string;

  @PrimaryColumn('varchar', { length: 64, primaryKeyConstraintName: 'outbox_pkey' })
  subscriber!: string;

  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column('varchar', { name: 'aggregate_type', length: 64 })
  aggregateType!: string;

  @Column('varchar', { name: 'aggregate_id', length: 128 })
  aggregateId!: string;

  @Column('integer', { name: 'aggregate_seq' })
  aggregateSeq!: number;

  @Column('varchar', { name: 'event_type', length: 128 })
  eventType!: string;

  @Column('json')
  payload!: unknown;

  @Column('json', { default: {} })
  headers!: unknown;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;

  @Column('varchar', { length: 16, default: 'pending' })
  status!: string;

  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('timestamptz', { name: 'next_attempt_at', default: () => 'now()' })
  nextAttemptAt!: Date;

  @Column('timestamptz', { name: 'locked_until', nullable: true })
  lockedUntil!: Date | null;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt!: Date | null;

  @Column('varchar', { name: 'last_error', length: 1024, nullable: true })
  lastError!: string | null;
}
