import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The schema that production has had since before this platform, column for column: an existing
 * database is adopted at this version. Nothing may be "improved" here; later migrations do that.
 */
export class CreateSettlement1760000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE settlement_commands (
        command_id     varchar(128) NOT NULL,
        workflow_id    varchar(128) NOT NULL,
        account_ref    varchar(128) NOT NULL,
        payer          varchar(128),
        payee          varchar(128),
        asset_symbol   varchar(64),
        amount_numeric numeric(38,18),
        status         varchar(32)  NOT NULL,
        last_updated   timestamptz  DEFAULT now(),
        CONSTRAINT settlement_commands_pkey PRIMARY KEY (command_id)
      )`);
    await queryRunner.query(`
      CREATE TABLE webhook_subscriptions (
        subscription_id varchar(128) NOT NULL,
        url             varchar(512) NOT NULL,
        secret          varchar(256) NOT NULL,
        event_types     text         NOT NULL,
        enabled         boolean      NOT NULL DEFAULT true,
        description     varchar(512),
        created_at      timestamptz  DEFAULT now(),
        CONSTRAINT webhook_subscriptions_pkey PRIMARY KEY (subscription_id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook_subscriptions');
    await queryRunner.query('DROP TABLE settlement_commands');
  }
}
