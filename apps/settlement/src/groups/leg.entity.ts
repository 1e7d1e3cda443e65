import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { GroupEntity } from './group.entity.js';

@Entity('settlement_group_legs')
@ForeignKey(() => GroupEntity, ['groupId'], ['groupId'], {
  name: 'settlement_group_legs_group_exists',
})
@Check('settlement_group_legs_leg_bounded', 'leg BETWEEN 1 AND 100')
@Check('settlement_group_legs_two_parties', 'payer <> payee')
@Check('settlement_group_legs_amount_positive', `amount > 0 AND amount <> 'NaN'`)
export class LegEntity {
  @PrimaryColumn('uuid', {
    name: 'group_id',
    primaryKeyConstraintName: 'settlement_group_legs_pkey',
  })
  groupId!: string;

  /** 1, 2, 3 … */
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'settlement_group_legs_pkey' })
  leg!: number;

  @Column('varchar', { length: 128 })
  payer!: string;

  @Column('varchar', { length: 128 })
  payee!: string;

  @Column('varchar', { name: 'asset_symbol', length: 64 })
  assetSymbol!: string;

  @Column('numeric', { precision: 38, scale: 18 })
  amount!: string;

  @Column('timestamptz', { name: 'affirmed_at', nullable: true })
  affirmedAt!: Date | null;
}
