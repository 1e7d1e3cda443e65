import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An account's commands, in the order in which they are listed. CONCURRENTLY: ingest goes on while it is built. */
export class IndexCommandAccount1760001300000 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY settlement_commands_account
        ON settlement_commands (account_ref, created_at, command_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY settlement_commands_account');
  }
}
