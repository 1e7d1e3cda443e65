import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Contract, step 2: the rules hold for the rows of before too. The scans let reads and writes through. */
export class ValidateCommandChecks1760001700000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE settlement_commands VALIDATE CONSTRAINT settlement_commands_status_known',
    );
    await queryRunner.query(
      'ALTER TABLE settlement_commands VALIDATE CONSTRAINT settlement_commands_amount_positive',
    );
    await queryRunner.query(
      'ALTER TABLE settlement_commands VALIDATE CONSTRAINT settlement_commands_reason_present',
    );
    await queryRunner.query(
      'ALTER TABLE settlement_commands VALIDATE CONSTRAINT settlement_commands_decision_known',
    );
    await queryRunner.query(
      'ALTER TABLE settlement_command_history VALIDATE CONSTRAINT settlement_command_history_command_exists',
    );
  }

  async down(): Promise<void> {
    // A constraint that was validated cannot be made unsure again, and need not be: `down` before drops it.
  }
}
