import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { SubscriptionEntity } from './subscription.entity.js';

/** A secret that was replaced, and signs beside the new one until it expires. */
@Entity('webhook_old_secrets')
@Index('webhook_old_secrets_live', ['subscriptionId', 'expiresAt'])
@ForeignKey(() => SubscriptionEntity, ['subscriptionId'], ['subscriptionId'], {
  name: 'webhook_old_secrets_subscription_exists',
  onDelete: 'CASCADE',
})
export class OldSecretEntity {
  @PrimaryColumn({
    type: 'bigint',
    name: 'old_secret_id',
    generated: 'identity',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'webhook_old_secrets_pkey',
  })
  oldSecretId!: string;

  @Column('varchar', { name: 'subscription_id', length: 128 })
  subscriptionId!: string;

  @Column('varchar', { length: 2048 })
  secret!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
