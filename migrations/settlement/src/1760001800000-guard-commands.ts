import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The database is a second author of the state machine: what a command says never changes, its status
 * moves along the known ways and one version at a time, and no command is ever gone.
 */
export class GuardCommands1760001800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION settlement_commands_guard() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          RAISE EXCEPTION 'a command is for ever' USING ERRCODE = 'ST003';
        END IF;
        IF (NEW.command_id, NEW.workflow_id, NEW.account_ref, NEW.payer, NEW.payee,
            NEW.asset_symbol, NEW.amount_numeric, NEW.created_at, NEW.expires_at)
           IS DISTINCT FROM
           (OLD.command_id, OLD.workflow_id, OLD.account_ref, OLD.payer, OLD.payee,
            OLD.asset_symbol, OLD.amount_numeric, OLD.created_at, OLD.expires_at) THEN
          RAISE EXCEPTION 'what a command says never changes' USING ERRCODE = 'ST001';
        END IF;
        IF NEW.status <> OLD.status AND NOT (
             OLD.status = 'received'  AND NEW.status IN ('validated', 'rejected', 'cancelled', 'expired')
          OR OLD.status = 'validated' AND NEW.status IN ('executed', 'failed', 'cancelled', 'expired')
          OR OLD.status = 'executed'  AND NEW.status IN ('settled', 'failed')
          OR OLD.status = 'settled'   AND NEW.status = 'reversed') THEN
          RAISE EXCEPTION 'no way from % to %', OLD.status, NEW.status USING ERRCODE = 'ST002';
        END IF;
        IF NEW.version <> OLD.version + (NEW.status <> OLD.status)::int THEN
          RAISE EXCEPTION 'version % after %', NEW.version, OLD.version USING ERRCODE = 'ST004';
        END IF;
        RETURN NEW;
      END $$`);
    // The lease and the due time alone change often: for them the function is not called.
    await queryRunner.query(`
      CREATE TRIGGER settlement_commands_guard_update BEFORE UPDATE ON settlement_commands
        FOR EACH ROW WHEN (
          (OLD.command_id, OLD.workflow_id, OLD.account_ref, OLD.payer, OLD.payee, OLD.asset_symbol,
           OLD.amount_numeric, OLD.created_at, OLD.expires_at, OLD.status, OLD.version)
          IS DISTINCT FROM
          (NEW.command_id, NEW.workflow_id, NEW.account_ref, NEW.payer, NEW.payee, NEW.asset_symbol,
           NEW.amount_numeric, NEW.created_at, NEW.expires_at, NEW.status, NEW.version))
        EXECUTE FUNCTION settlement_commands_guard()`);
    await queryRunner.query(`
      CREATE TRIGGER settlement_commands_guard_delete BEFORE DELETE ON settlement_commands
        FOR EACH ROW EXECUTE FUNCTION settlement_commands_guard()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER settlement_commands_guard_delete ON settlement_commands');
    await queryRunner.query('DROP TRIGGER settlement_commands_guard_update ON settlement_commands');
    await queryRunner.query('DROP FUNCTION settlement_commands_guard()');
  }
}
