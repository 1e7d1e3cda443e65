import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TransferEntity } from './transfer.entity.js';

@Entity('ledger_holds')
@ForeignKey(() => TransferEntity, ['holdId'], ['transferId'], {
  name: 'ledger_holds_transfer_exists',
})
@Index('ledger_holds_expiry', ['expiresAt'], {
  where: `status = 'active' AND expires_at IS NOT NULL`,
})
@Check('ledger_holds_status_known', `status IN ('active', 'captured', 'voided', 'expired')`)
@Check('ledger_holds_amount_positive', `amount > 0 AND amount <> 'NaN'`)
@Check(
  'ledger_holds_captured_within',
  `(status = 'captured') = (captured IS NOT NULL) AND captured >= 0 AND captured <= amount AND captured <> 'NaN'`,
)
@Check('ledger_holds_resolution_dated', `(status = 'active') = (resolved_at IS NULL)`)
@Check('ledger_holds_two_parties', 'payer <> payee')
export class HoldEntity {
  /** The pending transfer's. */
  @PrimaryColumn('uuid', { name: 'hold_id', primaryKeyConstraintName: 'ledger_holds_pkey' })
  holdId!: string;

  @Column('varchar', { length: 128 })
  payer!: string;

  @Column('varchar', { length: 128 })
  payee!: string;

  @Column('varchar', { name: 'asset_symbol', length: 64 })
  assetSymbol!: string;

  @Column('numeric', { precision: 38, scale: 18 })
  amount!: string;

  @Column('varchar', { length: 16, default: 'active' })
  status!: string;

  @Column('numeric', { precision: 38, scale: 18, nullable: true })
  captured!: string | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'resolved_at', nullable: true })
  resolvedAt!: Date | null;
}
