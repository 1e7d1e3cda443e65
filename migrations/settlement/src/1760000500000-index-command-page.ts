import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The order in which commands are listed. CONCURRENTLY: ingest goes on while it is built. */
export class IndexCommandPage1760000500000 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY settlement_commands_page
        ON settlement_commands (created_at, command_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY settlement_commands_page');
  }
}
