import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An event that came: that it took effect, or what it was when nobody could make sense of it. */
@Entity('processed_events')
@Index('processed_events_open', ['processedAt'], { where: `status IN ('parked', 'retry')` })
@Check('processed_events_status_known', `status IN ('done', 'parked', 'retry', 'discarded')`)
@Check('processed_events_parked_whole', `status NOT IN ('parked', 'retry') OR (event IS NOT NULL)`)
export class ProcessedEventEntity {
  @PrimaryColumn('varchar', { length: 64, primaryKeyConstraintName: 'processed_events_pkey' })
  consumer!: string;

  @PrimaryColumn('varchar', { length: 256, primaryKeyConstraintName: 'processed_events_pkey' })
  source!: string;

  @PrimaryColumn('varchar', {
    name: 'event_id',
    length: 128,
    primaryKeyConstraintName: 'processed_events_pkey',
  })
  eventId!: string;

  @Column('varchar', { length: 16, default: 'done' })
  status!: string;

  /** The whole envelope, of those that are not done. */
  @Column('json', { nullable: true })
  event!: unknown;

  @Column('varchar', { name: 'last_error', length: 1024, nullable: true })
  lastError!: string | null;

  @Column('timestamptz', { name: 'processed_at', default: () => 'now()' })
  processedAt!: Date;
}
