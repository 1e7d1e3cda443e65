import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events that came: an insert beside each effect, so that the same event has no second one. */
export class CreateProcessedEvents1760000200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE processed_events (
        consumer     varchar(64)  NOT NULL,
        source       varchar(256) NOT NULL,
        event_id     varchar(128) NOT NULL,
        status       varchar(16)  NOT NULL DEFAULT 'done',
        event        json,
        last_error   varchar(1024),
        processed_at timestamptz  NOT NULL DEFAULT now(),
        CONSTRAINT processed_events_pkey PRIMARY KEY (consumer, source, event_id),
        CONSTRAINT processed_events_status_known
          CHECK (status IN ('done', 'parked', 'retry', 'discarded')),
        CONSTRAINT processed_events_parked_whole
          CHECK (status NOT IN ('parked', 'retry') OR (event IS NOT NULL))
      )`);
    await queryRunner.query(`
      CREATE INDEX processed_events_open ON processed_events (processed_at)
       WHERE status IN ('parked', 'retry')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE processed_events');
  }
}
