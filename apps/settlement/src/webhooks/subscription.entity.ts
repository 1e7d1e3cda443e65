import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('webhook_subscriptions')
// Over an expression, which TypeORM cannot say; see its migration.
@Index('webhook_subscriptions_types', { synchronize: false })
@Check(
  'webhook_subscriptions_reason_known',
  `disabled_reason IN ('endpoint-gone', 'endpoint-failing')`,
)
export class SubscriptionEntity {
  @PrimaryColumn('varchar', {
    name: 'subscription_id',
    length: 128,
    primaryKeyConstraintName: 'webhook_subscriptions_pkey',
  })
  subscriptionId!: string;

  @Column('varchar', { length: 512 })
  url!: string;

  /** Sealed; clear text where a release of before wrote it, until it is sealed in the background. */
  @Column('varchar', { length: 2048 })
  secret!: string;

  /** A JSON array, or a comma list. */
  @Column('text', { name: 'event_types' })
  eventTypes!: string;

  @Column('boolean', { default: true })
  enabled!: boolean;

  @Column('varchar', { length: 512, nullable: true })
  description!: string | null;

  @Column('timestamptz', { name: 'created_at', nullable: true, default: () => 'now()' })
  createdAt!: Date | null;

  /** Why the service disabled it; who disables it by hand gives none. */
  @Column('varchar', { name: 'disabled_reason', length: 32, nullable: true })
  disabledReason!: string | null;

  /** Since when every attempt has failed. */
  @Column('timestamptz', { name: 'first_failure_at', nullable: true })
  firstFailureAt!: Date | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  /** Grows with each change; the sequence of its events. */
  @Column('integer', { default: 0 })
  version!: number;
}
