import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

@Entity('ledger_accounts')
@Unique('ledger_accounts_once', ['accountRef', 'assetSymbol', 'purpose'])
@Check('ledger_accounts_purpose_known', `purpose IN ('main', 'external', 'escrow')`)
@Check(
  'ledger_accounts_sums_whole',
  `debits_pending >= 0 AND debits_posted >= 0 AND credits_pending >= 0 AND credits_posted >= 0 AND 'NaN' NOT IN (debits_pending, debits_posted, credits_pending, credits_posted)`,
)
@Check(
  'ledger_accounts_not_overdrawn',
  `purpose = 'external' OR debits_pending + debits_posted <= credits_posted`,
)
export class AccountEntity {
  @PrimaryGeneratedColumn('identity', {
    name: 'account_id',
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'ledger_accounts_pkey',
  })
  accountId!: string;

  @Column('varchar', { name: 'account_ref', length: 128 })
  accountRef!: string;

  @Column('varchar', { name: 'asset_symbol', length: 64 })
  assetSymbol!: string;

  @Column('varchar', { length: 16 })
  purpose!: string;

  @Column('numeric', { name: 'debits_pending', precision: 58, scale: 18, default: 0 })
  debitsPending!: string;

  @Column('numeric', { name: 'debits_posted', precision: 58, scale: 18, default: 0 })
  debitsPosted!: string;

  @Column('numeric', { name: 'credits_pending', precision: 58, scale: 18, default: 0 })
  creditsPending!: string;

  @Column('numeric', { name: 'credits_posted', precision: 58, scale: 18, default: 0 })
  creditsPosted!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
