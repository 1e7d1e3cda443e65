import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/** Append-only by trigger. */
@Entity('ledger_transfers')
@ForeignKey(() => TransferEntity, ['pendingId'], ['transferId'], {
  name: 'ledger_transfers_pending_exists',
})
@ForeignKey(() => TransferEntity, ['reversesId'], ['transferId'], {
  name: 'ledger_transfers_reversed_exists',
})
@ForeignKey(() => AccountEntity, ['debitAccountId'], ['accountId'], {
  name: 'ledger_transfers_debit_exists',
})
@ForeignKey(() => AccountEntity, ['creditAccountId'], ['accountId'], {
  name: 'ledger_transfers_credit_exists',
})
@Index('ledger_transfers_resolved_once', ['pendingId'], {
  unique: true,
  where: 'pending_id IS NOT NULL',
})
@Index('ledger_transfers_reversed_once', ['reversesId'], {
  unique: true,
  where: 'reverses_id IS NOT NULL',
})
@Index('ledger_transfers_debit', ['debitAccountId', 'createdAt', 'transferId'])
@Index('ledger_transfers_credit', ['creditAccountId', 'createdAt', 'transferId'])
@Index('ledger_transfers_page', ['createdAt', 'transferId'])
@Index('ledger_transfers_origin', ['originType', 'originId'])
@Check('ledger_transfers_kind_known', `kind IN ('posted', 'pending', 'post', 'void', 'expire')`)
@Check(
  'ledger_transfers_resolution_whole',
  `(kind IN ('post', 'void', 'expire')) = (pending_id IS NOT NULL)`,
)
@Check('ledger_transfers_reversal_posted', `reverses_id IS NULL OR kind = 'posted'`)
@Check('ledger_transfers_two_accounts', 'debit_account_id <> credit_account_id')
@Check(
  'ledger_transfers_amount_whole',
  `amount <> 'NaN' AND (amount > 0 OR amount = 0 AND kind = 'post')`,
)
@Check(
  'ledger_transfers_origin_known',
  `origin_type IN ('command', 'deposit', 'withdrawal', 'hold', 'escrow', 'group')`,
)
export class TransferEntity {
  @PrimaryColumn('uuid', {
    name: 'transfer_id',
    primaryKeyConstraintName: 'ledger_transfers_pkey',
  })
  transferId!: string;

  @Column('varchar', { length: 8 })
  kind!: string;

  @Column('uuid', { name: 'pending_id', nullable: true })
  pendingId!: string | null;

  @Column('uuid', { name: 'reverses_id', nullable: true })
  reversesId!: string | null;

  @Column('bigint', { name: 'debit_account_id' })
  debitAccountId!: string;

  @Column('bigint', { name: 'credit_account_id' })
  creditAccountId!: string;

  @Column('numeric', { precision: 38, scale: 18 })
  amount!: string;

  @Column('varchar', { name: 'origin_type', length: 16 })
  originType!: string;

  @Column('varchar', { name: 'origin_id', length: 128 })
  originId!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'clock_timestamp()' })
  createdAt!: Date;
}
