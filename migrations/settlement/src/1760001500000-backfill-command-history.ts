import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Backfill: commands of before get the one step that is known of them, the state that they are in. Those
 * that ended badly get a reason, because from now on each of them has one; why it was is not recorded.
 * Nothing locks a row of `settlement_commands` but the second statement, and only those it changes.
 */
export class BackfillCommandHistory1760001500000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      INSERT INTO settlement_command_history
        (command_id, seq, from_status, to_status, reason_code, actor, occurred_at)
      SELECT command_id, version, NULL, status,
             CASE WHEN status IN ('rejected', 'failed', 'cancelled', 'expired') THEN 'unrecorded' END,
             'migration', coalesce(last_updated, created_at)
        FROM settlement_commands
      ON CONFLICT (command_id, seq) DO NOTHING`);
    await queryRunner.query(`
      UPDATE settlement_commands SET reason_code = 'unrecorded'
       WHERE status IN ('rejected', 'failed', 'cancelled', 'expired') AND reason_code IS NULL`);
  }

  async down(): Promise<void> {
    // Nothing to undo: the history goes with its table, and a filled reason is legal before.
  }
}
