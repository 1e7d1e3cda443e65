import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Expand: how a subscription fares, and room for a secret that is sealed. Constant defaults touch no
 * existing row, and instances of the previous release go on with the columns that they know.
 *
 * Secrets are sealed by the service, in the background: a migration has no key. Until then, and in rows
 * that the previous release still inserts, they are clear text.
 */
export class AddSubscriptionHealth1760002000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE webhook_subscriptions ALTER COLUMN secret TYPE varchar(2048)',
    );
    await queryRunner.query(`
      ALTER TABLE webhook_subscriptions
        ADD COLUMN disabled_reason varchar(32),
        ADD COLUMN first_failure_at timestamptz,
        ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN version integer NOT NULL DEFAULT 0`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE webhook_subscriptions
        DROP COLUMN version,
        DROP COLUMN updated_at,
        DROP COLUMN first_failure_at,
        DROP COLUMN disabled_reason`);
    // Refused by the server while a secret is longer: it would be lost.
    await queryRunner.query(
      'ALTER TABLE webhook_subscriptions ALTER COLUMN secret TYPE varchar(256)',
    );
  }
}
