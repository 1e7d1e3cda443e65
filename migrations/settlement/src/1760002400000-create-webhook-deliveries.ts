import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is sent to subscribers. A message is an event's body, rendered once for all of them; a delivery is
 * one message for one subscription; an attempt is one POST. A deleted message takes its deliveries along.
 *
 * A delivery has no foreign key to its subscription: a subscription with a million of them can be removed
 * at once, and what is left of it goes in small batches.
 */
export class CreateWebhookDeliveries1760002400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE webhook_old_secrets (
        old_secret_id   bigint        GENERATED ALWAYS AS IDENTITY,
        subscription_id varchar(128)  NOT NULL,
        secret          varchar(2048) NOT NULL,
        expires_at      timestamptz   NOT NULL,
        CONSTRAINT webhook_old_secrets_pkey PRIMARY KEY (old_secret_id),
        CONSTRAINT webhook_old_secrets_subscription_exists FOREIGN KEY (subscription_id)
          REFERENCES webhook_subscriptions (subscription_id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`
      CREATE INDEX webhook_old_secrets_live
          ON webhook_old_secrets (subscription_id, expires_at)`);
    await queryRunner.query(`
      CREATE TABLE webhook_messages (
        event_id   uuid         NOT NULL,
        event_type varchar(128) NOT NULL,
        body       text         NOT NULL,
        created_at timestamptz  NOT NULL DEFAULT now(),
        CONSTRAINT webhook_messages_pkey PRIMARY KEY (event_id)
      )`);
    await queryRunner.query('CREATE INDEX webhook_messages_age ON webhook_messages (created_at)');
    await this.createDeliveries(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook_attempts');
    await queryRunner.query('DROP TABLE webhook_deliveries');
    await queryRunner.query('DROP TABLE webhook_messages');
    await queryRunner.query('DROP TABLE webhook_old_secrets');
  }

  private async createDeliveries(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE webhook_deliveries (
        delivery_id     uuid         NOT NULL,
        subscription_id varchar(128) NOT NULL,
        event_id        uuid         NOT NULL,
        event_type      varchar(128) NOT NULL,
        status          varchar(16)  NOT NULL DEFAULT 'pending',
        attempts        integer      NOT NULL DEFAULT 0,
        retries         smallint     NOT NULL DEFAULT 0,
        next_attempt_at timestamptz  NOT NULL DEFAULT now(),
        locked_until    timestamptz,
        created_at      timestamptz  NOT NULL DEFAULT now(),
        finished_at     timestamptz,
        CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (delivery_id),
        CONSTRAINT webhook_deliveries_once UNIQUE (event_id, subscription_id),
        CONSTRAINT webhook_deliveries_message_exists FOREIGN KEY (event_id)
          REFERENCES webhook_messages (event_id) ON DELETE CASCADE,
        CONSTRAINT webhook_deliveries_status_known
          CHECK (status IN ('pending', 'delivered', 'failed', 'skipped')),
        CONSTRAINT webhook_deliveries_finish_dated
          CHECK ((status = 'pending') = (finished_at IS NULL)),
        CONSTRAINT webhook_deliveries_attempts_counted
          CHECK (retries >= 0 AND attempts >= retries)
      ) WITH (fillfactor = 80)`);
    // Read per subscription, oldest first, so that no one's backlog stands in front of another's.
    await queryRunner.query(`
      CREATE INDEX webhook_deliveries_due ON webhook_deliveries (subscription_id, next_attempt_at)
       WHERE status = 'pending'`);
    await queryRunner.query(`
      CREATE INDEX webhook_deliveries_page
          ON webhook_deliveries (subscription_id, created_at, delivery_id)`);
    await queryRunner.query(`
      CREATE INDEX webhook_deliveries_undelivered
          ON webhook_deliveries (subscription_id, created_at, delivery_id)
       WHERE status IN ('failed', 'skipped')`);
    await queryRunner.query(`
      CREATE TABLE webhook_attempts (
        delivery_id     uuid        NOT NULL,
        attempt         integer     NOT NULL,
        started_at      timestamptz NOT NULL,
        duration_ms     integer     NOT NULL,
        response_status smallint,
        response_body   varchar(2048),
        error           varchar(64),
        CONSTRAINT webhook_attempts_pkey PRIMARY KEY (delivery_id, attempt),
        CONSTRAINT webhook_attempts_delivery_exists FOREIGN KEY (delivery_id)
          REFERENCES webhook_deliveries (delivery_id) ON DELETE CASCADE,
        CONSTRAINT webhook_attempts_ended_once CHECK (num_nonnulls(response_status, error) = 1)
      )`);
  }
}
