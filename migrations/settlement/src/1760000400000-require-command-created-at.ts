import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Contract, step 2: the scan runs under a lock that lets reads and writes through; after it PostgreSQL
 * takes the validated CHECK as proof, so SET NOT NULL scans nothing.
 */
export class RequireCommandCreatedAt1760000400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE settlement_commands VALIDATE CONSTRAINT settlement_commands_created_at_present',
    );
    await queryRunner.query('ALTER TABLE settlement_commands ALTER COLUMN created_at SET NOT NULL');
    await queryRunner.query(
      'ALTER TABLE settlement_commands DROP CONSTRAINT settlement_commands_created_at_present',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE settlement_commands ALTER COLUMN created_at DROP NOT NULL',
    );
    await queryRunner.query(`
      ALTER TABLE settlement_commands
        ADD CONSTRAINT settlement_commands_created_at_present
        CHECK (created_at IS NOT NULL) NOT VALID`);
  }
}
