import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Expand: what a command carries on its way from received to settled. A constant default touches no
 * existing row. `due_at` gets its default afterwards: commands of before stay as they are until somebody
 * moves them, those that instances of the previous release still insert are taken up by the worker.
 */
export class AddCommandLifecycle1760001000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE settlement_commands
        ADD COLUMN version integer NOT NULL DEFAULT 1,
        ADD COLUMN reason_code varchar(64),
        ADD COLUMN decision varchar(16),
        ADD COLUMN hold_id uuid,
        ADD COLUMN expires_at timestamptz,
        ADD COLUMN due_at timestamptz,
        ADD COLUMN leased_until timestamptz,
        ADD COLUMN attempts integer NOT NULL DEFAULT 0`);
    await queryRunner.query(
      'ALTER TABLE settlement_commands ALTER COLUMN due_at SET DEFAULT now()',
    );
    // Room on each page for the row versions of its commands' next steps.
    await queryRunner.query('ALTER TABLE settlement_commands SET (fillfactor = 80)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE settlement_commands RESET (fillfactor)');
    await queryRunner.query(`
      ALTER TABLE settlement_commands
        DROP COLUMN attempts,
        DROP COLUMN leased_until,
        DROP COLUMN due_at,
        DROP COLUMN expires_at,
        DROP COLUMN hold_id,
        DROP COLUMN decision,
        DROP COLUMN reason_code,
        DROP COLUMN version`);
  }
}
