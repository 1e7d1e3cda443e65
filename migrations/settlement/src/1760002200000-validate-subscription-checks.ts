import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reads every row under a lock that lets reads and writes through. */
export class ValidateSubscriptionChecks1760002200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE webhook_subscriptions VALIDATE CONSTRAINT webhook_subscriptions_reason_known',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE webhook_subscriptions DROP CONSTRAINT webhook_subscriptions_reason_known',
    );
    await queryRunner.query(`
      ALTER TABLE webhook_subscriptions
        ADD CONSTRAINT webhook_subscriptions_reason_known
        CHECK (disabled_reason IN ('endpoint-gone', 'endpoint-failing')) NOT VALID`);
  }
}
