import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a command says never changes, and its status moves along known ways only: by trigger. */
@Entity('settlement_commands')
@Index('settlement_commands_page', ['createdAt', 'commandId'])
@Index('settlement_commands_workflow', ['workflowId', 'createdAt', 'commandId'])
@Index('settlement_commands_account', ['accountRef', 'createdAt', 'commandId'])
@Index('settlement_commands_due', ['dueAt'], { where: 'due_at IS NOT NULL' })
@Check(
  'settlement_commands_status_known',
  `status IN ('received', 'validated', 'executed', 'settled', 'rejected', 'failed', 'cancelled', 'expired', 'reversed')`,
)
@Check('settlement_commands_amount_positive', `amount_numeric > 0 AND amount_numeric <> 'NaN'`)
@Check(
  'settlement_commands_reason_present',
  `(status IN ('rejected', 'failed', 'cancelled', 'expired')) = (reason_code IS NOT NULL) OR status = 'reversed'`,
)
@Check(
  'settlement_commands_decision_known',
  `decision IN ('APPROVED', 'REJECTED', 'HELD', 'PENDING')`,
)
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

  /** Grows by one with each step; the ETag, and the sequence of the events. */
  @Column('integer', { default: 1 })
  version!: number;

  @Column('varchar', { name: 'reason_code', length: 64, nullable: true })
  reasonCode!: string | null;

  /** What compliance said last. */
  @Column('varchar', { length: 16, nullable: true })
  decision!: string | null;

  /** The pending transfer that holds the payer's funds. */
  @Column('uuid', { name: 'hold_id', nullable: true })
  holdId!: string | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** When the worker has to look at it next; null = nothing to do by itself. */
  @Column('timestamptz', { name: 'due_at', nullable: true, default: () => 'now()' })
  dueAt!: Date | null;

  /** Until when a worker has it; in no index, so that taking it stays cheap. */
  @Column('timestamptz', { name: 'leased_until', nullable: true })
  leasedUntil!: Date | null;

  /** How often in a row the worker could not get on with it. */
  @Column('integer', { default: 0 })
  attempts!: number;
}
