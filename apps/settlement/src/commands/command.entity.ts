import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('settlement_commands')
@Index('settlement_commands_page', ['createdAt', 'commandId'])
export class CommandEntity {
  @PrimaryColumn('varchar', {
    name: 'command_id',
    length: 128,
    primaryKeyConstraintName: 'settlement_commands_pkey',
  })
  commandId!: string;

  @Column('varchar', { name: 'workflow_id', length: 128 })
  workflowId!: string;

  @Column('varchar', { name: 'account_ref', length: 128 })
  accountRef!: string;

  @Column('varchar', { length: 128, nullable: true })
  payer!: string | null;

  @Column('varchar', { length: 128, nullable: true })
  payee!: string | null;

  @Column('varchar', { name: 'asset_symbol', length: 64, nullable: true })
  assetSymbol!: string | null;

  @Column('numeric', { name: 'amount_numeric', precision: 38, scale: 18, nullable: true })
  amountNumeric!: string | null;

  @Column('varchar', { length: 32 })
  status!: string;

  @Column('timestamptz', { name: 'last_updated', nullable: true, default: () => 'now()' })
  lastUpdated!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** Null for rows from before the platform kept fingerprints. */
  @Column('bytea', { name: 'payload_hash', nullable: true })
  payloadHash!: Buffer | null;
}
