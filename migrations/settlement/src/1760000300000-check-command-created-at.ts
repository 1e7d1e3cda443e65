import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Contract, step 1: new rows must carry it. NOT VALID, so the table is not scanned under the lock. */
export class CheckCommandCreatedAt1760000300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE settlement_commands
        ADD CONSTRAINT settlement_commands_created_at_present
        CHECK (created_at IS NOT NULL) NOT VALID`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE settlement_commands DROP CONSTRAINT settlement_commands_created_at_present',
    );
  }
}
