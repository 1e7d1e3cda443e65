import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Events that wait to be handed over: one row for each event and subscriber, so that a dead subscriber
 * delays nobody else. Order is kept for each subscriber and aggregate.
 */
export class CreateOutbox1760000700000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE outbox (
        event_id        uuid         NOT NULL,
        subscriber      varchar(64)  NOT NULL,
        id              bigint       GENERATED ALWAYS AS IDENTITY,
        aggregate_type  varchar(64)  NOT NULL,
        aggregate_id    varchar(128) NOT NULL,
        aggregate_seq   integer      NOT NULL,
        event_type      varchar(128) NOT NULL,
        payload         json         NOT NULL,
        headers         json         NOT NULL DEFAULT '{}',
        occurred_at     timestamptz  NOT NULL,
        status          varchar(16)  NOT NULL DEFAULT 'pending',
        attempts        integer      NOT NULL DEFAULT 0,
        next_attempt_at timestamptz  NOT NULL DEFAULT now(),
        locked_until    timestamptz,
        sent_at         timestamptz,
        last_error      varchar(1024),
        CONSTRAINT outbox_pkey PRIMARY KEY (event_id, subscriber),
        CONSTRAINT outbox_order_once UNIQUE (subscriber, aggregate_type, aggregate_id, aggregate_seq),
        CONSTRAINT outbox_status_known CHECK (status IN ('pending', 'sent', 'parked', 'discarded')),
        CONSTRAINT outbox_sent_dated CHECK ((status = 'sent') = (sent_at IS NOT NULL))
      ) WITH (fillfactor = 80)`);
    await queryRunner.query(
      `CREATE INDEX outbox_due ON outbox (subscriber, id) WHERE status = 'pending'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE outbox');
  }
}
