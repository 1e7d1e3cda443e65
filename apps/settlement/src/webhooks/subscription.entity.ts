import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('webhook_subscriptions')
export class SubscriptionEntity {
  @PrimaryColumn('varchar', {
    name: 'subscription_id',
    length: 128,
    primaryKeyConstraintName: 'webhook_subscriptions_pkey',
  })
  subscriptionId!: string;

  @Column('varchar', { length: 512 })
  url!: string;

  @Column('varchar', { length: 256 })
  secret!: string;

  @Column('text', { name: 'event_types' })
  eventTypes!: string;

  @Column('boolean', { default: true })
  enabled!: boolean;

  @Column('varchar', { length: 512, nullable: true })
  description!: string | null;

  @Column('timestamptz', { name: 'created_at', nullable: true, default: () => 'now()' })
  createdAt!: Date | null;
}
