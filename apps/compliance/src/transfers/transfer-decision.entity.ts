import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('transfer_decisions')
@Check('transfer_decisions_amount_positive', `amount > 0 AND amount <> 'NaN'`)
@Check(
  'transfer_decisions_decision_known',
  `decision IN ('APPROVED', 'REJECTED', 'HELD', 'PENDING')`,
)
@Check('transfer_decisions_reason_stated', `decision = 'APPROVED' OR cardinality(reasons) > 0`)
@Check('transfer_decisions_version_counted', 'version >= 1')
export class TransferDecisionEntity {
  @PrimaryColumn('varchar', {
    name: 'settlement_id',
    length: 128,
    primaryKeyConstraintName: 'transfer_decisions_pkey',
  })
  settlementId!: string;

  @Column('varchar', { length: 128 })
  payer!: string;

  @Column('varchar', { length: 128 })
  payee!: string;

  @Column('varchar', { name: 'asset_symbol', length: 64 })
  assetSymbol!: string;

  @Column('numeric', { precision: 38, scale: 18 })
  amount!: string;

  @Column('varchar', { length: 16 })
  decision!: string;

  @Column('text', { array: true, default: [] })
  reasons!: string[];

  @Column('timestamptz', { name: 'evaluated_at' })
  evaluatedAt!: Date;

  @Column('integer', { default: 1 })
  version!: number;
}
