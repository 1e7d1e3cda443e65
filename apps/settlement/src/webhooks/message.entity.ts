import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An event as subscribers get it: one body for all of them. */
@Entity('webhook_messages')
@Index('webhook_messages_age', ['createdAt'])
export class MessageEntity {
  @PrimaryColumn('uuid', { name: 'event_id', primaryKeyConstraintName: 'webhook_messages_pkey' })
  eventId!: string;

  @Column('varchar', { name: 'event_type', length: 128 })
  eventType!: string;

  @Column('text')
  body!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
