import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Expand: when a command came, and the fingerprint of what it said. Both stay nullable here, because
 * instances of the previous release still insert rows without them. A default that is set after the
 * column was added touches no existing row.
 */
export class AddCommandOrigin1760000100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE settlement_commands
        ADD COLUMN created_at timestamptz,
        ADD COLUMN payload_hash bytea`);
    await queryRunner.query(
      'ALTER TABLE settlement_commands ALTER COLUMN created_at SET DEFAULT now()',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE settlement_commands
        DROP COLUMN payload_hash,
        DROP COLUMN created_at`);
  }
}
