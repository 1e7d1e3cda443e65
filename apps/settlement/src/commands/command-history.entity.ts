import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { CommandEntity } from './command.entity.js';

/** Append-only by trigger. */
@Entity('settlement_command_history')
@ForeignKey(() => CommandEntity, ['commandId'], ['commandId'], {
  name: 'settlement_command_history_command_exists',
})
@Check('settlement_command_history_seq_positive', 'seq > 0')
export class CommandHistoryEntity {
  @PrimaryColumn('varchar', {
    name: 'command_id',
    length: 128,
    primaryKeyConstraintName: 'settlement_command_history_pkey',
  })
  commandId!: string;

  /** The command's version after the step. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'settlement_command_history_pkey' })
  seq!: number;

  @Column('varchar', { name: 'from_status', length: 32, nullable: true })
  fromStatus!: string | null;

  @Column('varchar', { name: 'to_status', length: 32 })
  toStatus!: string;

  @Column('varchar', { name: 'reason_code', length: 64, nullable: true })
  reasonCode!: string | null;

  @Column('varchar', { length: 128 })
  actor!: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;
}
