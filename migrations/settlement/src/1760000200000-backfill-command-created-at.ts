import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Backfill, apart from every ALTER: it locks the rows that it writes and nothing else, so ingest goes on.
 * The last update is the best that production knows about when an old command came.
 */
export class BackfillCommandCreatedAt1760000200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE settlement_commands
         SET created_at = coalesce(last_updated, now())
       WHERE created_at IS NULL`);
  }

  async down(): Promise<void> {
    // Nothing to undo: a filled value is legal in the nullable column of the version before.
  }
}
