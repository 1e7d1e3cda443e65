import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A value somebody left to see whether it is still there after a deployment. */
@Entity({ name: 'service_canary' })
export class CanaryEntity {
  @PrimaryColumn({
    name: 'canary_id',
    type: 'varchar',
    length: 64,
    primaryKeyConstraintName: 'service_canary_pkey',
  })
  canaryId!: string;

  @Column({ name: 'value', type: 'varchar', length: 1024 })
  value!: string;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
