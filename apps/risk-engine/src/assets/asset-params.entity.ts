import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** Append-only by trigger. */
@Entity('asset_params')
@Check('asset_params_version_positive', 'version >= 1')
@Check('asset_params_decimals_range', 'decimals BETWEEN 0 AND 36')
@Check('asset_params_ltv_range', 'ltv_bps BETWEEN 0 AND 10000')
@Check('asset_params_threshold_range', 'liq_threshold_bps BETWEEN 0 AND 10000')
@Check('asset_params_bonus_range', 'liq_bonus_bps BETWEEN 10000 AND 20000')
@Check('asset_params_fee_range', 'protocol_fee_bps BETWEEN 0 AND 10000')
@Check('asset_params_price_age_positive', 'max_price_age_s > 0')
@Check('asset_params_conf_range', 'max_conf_bps BETWEEN 0 AND 10000')
@Check('asset_params_supply_cap_positive', `supply_cap > 0 AND supply_cap <> 'NaN'`)
@Check('asset_params_ltv_below_threshold', 'ltv_bps <= liq_threshold_bps')
export class AssetParamsEntity {
  @PrimaryColumn('varchar', {
    name: 'asset_id',
    length: 64,
    primaryKeyConstraintName: 'asset_params_pkey',
  })
  assetId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'asset_params_pkey' })
  version!: number;

  @Column('timestamptz', { name: 'valid_from' })
  validFrom!: Date;

  @Column('smallint')
  decimals!: number;

  @Column('integer', { name: 'ltv_bps' })
  ltvBps!: number;

  @Column('integer', { name: 'liq_threshold_bps' })
  liqThresholdBps!: number;

  @Column('integer', { name: 'liq_bonus_bps' })
  liqBonusBps!: number;

  @Column('integer', { name: 'protocol_fee_bps', default: 0 })
  protocolFeeBps!: number;

  @Column('integer', { name: 'max_price_age_s' })
  maxPriceAgeSeconds!: number;

  @Column('integer', { name: 'max_conf_bps', default: 200 })
  maxConfBps!: number;

  @Column('numeric', { name: 'supply_cap', precision: 78, scale: 0, nullable: true })
  supplyCap!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
