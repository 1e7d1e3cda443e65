import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AccountEntity } from '../accounts/account.entity.js';

@Entity('positions')
@Index('positions_asset', ['assetId', 'accountId'])
@ForeignKey(() => AccountEntity, ['accountId'], ['accountId'], { name: 'positions_account_exists' })
@Check('positions_side_known', `side IN ('C', 'D')`)
@Check('positions_amount_countable', `amount > 0 AND amount <> 'NaN'`)
export class PositionEntity {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'positions_pkey' })
  accountId!: string;

  @PrimaryColumn('varchar', {
    name: 'asset_id',
    length: 64,
    primaryKeyConstraintName: 'positions_pkey',
  })
  assetId!: string;

  @PrimaryColumn('char', { length: 1, primaryKeyConstraintName: 'positions_pkey' })
  side!: string;

  @Column('numeric', { precision: 78, scale: 0 })
  amount!: string;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
