import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every step of every command: from what to what, when, why and by whom. Nothing in it ever changes. */
export class CreateCommandHistory1760001400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE settlement_command_history (
        command_id  varchar(128) NOT NULL,
        seq         integer      NOT NULL,
        from_status varchar(32),
        to_status   varchar(32)  NOT NULL,
        reason_code varchar(64),
        actor       varchar(128) NOT NULL,
        occurred_at timestamptz  NOT NULL,
        CONSTRAINT settlement_command_history_pkey PRIMARY KEY (command_id, seq),
        CONSTRAINT settlement_command_history_seq_positive CHECK (seq > 0)
      )`);
    await queryRunner.query(`
      CREATE FUNCTION settlement_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'ST003';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER settlement_command_history_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_command_history
        FOR EACH STATEMENT EXECUTE FUNCTION settlement_append_only()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE settlement_command_history');
    await queryRunner.query('DROP FUNCTION settlement_append_only()');
  }
}
