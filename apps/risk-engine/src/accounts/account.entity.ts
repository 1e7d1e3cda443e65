import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('accounts')
@Unique('accounts_external_ref_once', ['externalRef'])
@Index('accounts_page', ['createdAt', 'accountId'])
@Check('accounts_status_known', `status IN ('ACTIVE', 'CLOSED')`)
export class AccountEntity {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'accounts_pkey' })
  accountId!: string;

  @Column('varchar', { name: 'external_ref', length: 128 })
  externalRef!: string;

  @Column('varchar', { name: 'base_currency', length: 16, default: 'USD' })
  baseCurrency!: string;

  @Column('varchar', { length: 16, default: 'ACTIVE' })
  status!: string;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
