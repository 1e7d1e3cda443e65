import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { TransferDecisionEntity } from './transfer-decision.entity.js';

const PRIMARY_KEY = 'transfer_decision_history_pkey';

/** Append-only by trigger. */
@Entity('transfer_decision_history')
@ForeignKey(() => TransferDecisionEntity, ['settlementId'], ['settlementId'], {
  name: 'transfer_decision_history_transfer_exists',
})
export class TransferHistoryEntity {
  @PrimaryColumn('varchar', {
    name: 'settlement_id',
    length: 128,
    primaryKeyConstraintName: PRIMARY_KEY,
  })
  settlementId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: PRIMARY_KEY })
  version!: number;

  @Column('varchar', { length: 16 })
  decision!: string;

  @Column('text', { array: true })
  reasons!: string[];

  @Column('varchar', { length: 128 })
  actor!: string;

  @Column('timestamptz', { name: 'decided_at' })
  decidedAt!: Date;
}
