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

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE settlement_command_history
        DROP CONSTRAINT settlement_command_history_command_exists`);
    await queryRunner.query(`
      ALTER TABLE settlement_commands
        DROP CONSTRAINT settlement_commands_status_known,
        DROP CONSTRAINT settlement_commands_amount_positive,
        DROP CONSTRAINT settlement_commands_reason_present,
        DROP CONSTRAINT settlement_commands_decision_known`);
    await queryRunner.query(`
      ALTER TABLE settlement_commands
        ADD CONSTRAINT settlement_commands_status_known CHECK (status IN
          ('received', 'validated', 'executed', 'settled',
           'rejected', 'failed', 'cancelled', 'expired', 'reversed')) NOT VALID,
        ADD CONSTRAINT settlement_commands_amount_positive
          CHECK (amount_numeric > 0 AND amount_numeric <> 'NaN') NOT VALID,
        ADD CONSTRAINT settlement_commands_reason_present CHECK
          ((status IN ('rejected', 'failed', 'cancelled', 'expired')) = (reason_code IS NOT NULL)
           OR status = 'reversed') NOT VALID,
        ADD CONSTRAINT settlement_commands_decision_known
          CHECK (decision IN ('APPROVED', 'REJECTED', 'HELD', 'PENDING')) NOT VALID`);
    await queryRunner.query(`
      ALTER TABLE settlement_command_history
        ADD CONSTRAINT settlement_command_history_command_exists
        FOREIGN KEY (command_id) REFERENCES settlement_commands (command_id) NOT VALID`);
  }
}
