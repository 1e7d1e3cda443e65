import type { MigrationInterface, QueryRunner } from 'typeorm';

/** NOT VALID, so that the table is not scanned under the lock; the next migration looks at its rows. */
export class CheckSubscriptions1760002100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE webhook_subscriptions
        ADD CONSTRAINT webhook_subscriptions_reason_known
        CHECK (disabled_reason IN ('endpoint-gone', 'endpoint-failing')) NOT VALID`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE webhook_subscriptions DROP CONSTRAINT webhook_subscriptions_reason_known',
    );
  }
}
