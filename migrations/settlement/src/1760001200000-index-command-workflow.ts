import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A workflow's commands, in the order in which they are listed. CONCURRENTLY: ingest goes on while it is built. */
export class IndexCommandWorkflow1760001200000 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY settlement_commands_workflow
        ON settlement_commands (workflow_id, created_at, command_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY settlement_commands_workflow');
  }
}
