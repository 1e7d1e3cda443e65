import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('escrows')
@Index('escrows_page', ['createdAt', 'escrowId'])
@Index('escrows_expiry', ['expiresAt'], {
  where: `state IN ('created', 'funded') AND expires_at IS NOT NULL`,
})
@Check('escrows_two_parties', 'payer <> payee')
@Check('escrows_arbiter_apart', 'arbiter <> payer AND arbiter <> payee')
@Check('escrows_amount_positive', `amount > 0 AND amount <> 'NaN'`)
@Check(
  'escrows_state_known',
  `state IN ('created', 'funded', 'disputed', 'released', 'refunded', 'split', 'cancelled', 'expired')`,
)
@Check(
  'escrows_shares_fit',
  `CASE state WHEN 'released' THEN released = amount AND refunded = 0 WHEN 'refunded' THEN refunded = amount AND released = 0 WHEN 'split' THEN released > 0 AND refunded > 0 AND released + refunded = amount WHEN 'expired' THEN released = 0 AND refunded IN (0, amount) ELSE released = 0 AND refunded = 0 END`,
)
export class EscrowEntity {
  @PrimaryColumn('uuid', { name: 'escrow_id', primaryKeyConstraintName: 'escrows_pkey' })
  escrowId!: string;

  @Column('varchar', { length: 128 })
  payer!: string;

  @Column('varchar', { length: 128 })
  payee!: string;

  @Column('varchar', { length: 128, nullable: true })
  arbiter!: string | null;

  @Column('varchar', { name: 'asset_symbol', length: 64 })
  assetSymbol!: string;

  @Column('numeric', { precision: 38, scale: 18 })
  amount!: string;

  @Column('numeric', { precision: 38, scale: 18, default: 0 })
  released!: string;

  @Column('numeric', { precision: 38, scale: 18, default: 0 })
  refunded!: string;

  @Column('varchar', { length: 16, default: 'created' })
  state!: string;

  /** The ETag, and the sequence of the events. */
  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
