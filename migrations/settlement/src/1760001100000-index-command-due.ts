import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the worker has to look at, and when. CONCURRENTLY: ingest goes on while it is built. */
export class IndexCommandDue1760001100000 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY settlement_commands_due
        ON settlement_commands (due_at) WHERE due_at IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY settlement_commands_due');
  }
}
