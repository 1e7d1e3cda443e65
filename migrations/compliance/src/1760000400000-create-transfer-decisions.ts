import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was said about each transfer that settlement asked about, and every word that was said since. */
export class CreateTransferDecisions1760000400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE transfer_decisions (
        settlement_id varchar(128)   NOT NULL,
        payer         varchar(128)   NOT NULL,
        payee         varchar(128)   NOT NULL,
        asset_symbol  varchar(64)    NOT NULL,
        amount        numeric(38,18) NOT NULL,
        decision      varchar(16)    NOT NULL,
        reasons       text[]         NOT NULL DEFAULT '{}',
        evaluated_at  timestamptz    NOT NULL,
        version       integer        NOT NULL DEFAULT 1,
        CONSTRAINT transfer_decisions_pkey PRIMARY KEY (settlement_id),
        CONSTRAINT transfer_decisions_amount_positive CHECK (amount > 0 AND amount <> 'NaN'),
        CONSTRAINT transfer_decisions_decision_known CHECK (decision IN ('APPROVED', 'REJECTED', 'HELD', 'PENDING')),
        CONSTRAINT transfer_decisions_reason_stated CHECK (decision = 'APPROVED' OR cardinality(reasons) > 0),
        CONSTRAINT transfer_decisions_version_counted CHECK (version >= 1)
      )`);
    await queryRunner.query(`
      CREATE TABLE transfer_decision_history (
        settlement_id varchar(128) NOT NULL,
        version       integer      NOT NULL,
        decision      varchar(16)  NOT NULL,
        reasons       text[]       NOT NULL,
        actor         varchar(128) NOT NULL,
        decided_at    timestamptz  NOT NULL,
        CONSTRAINT transfer_decision_history_pkey PRIMARY KEY (settlement_id, version),
        CONSTRAINT transfer_decision_history_transfer_exists
          FOREIGN KEY (settlement_id) REFERENCES transfer_decisions (settlement_id)
      )`);
    await queryRunner.query(`
      CREATE FUNCTION transfer_decision_history_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'transfer_decision_history is append-only';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER transfer_decision_history_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer_decision_history
        FOR EACH STATEMENT EXECUTE FUNCTION transfer_decision_history_append_only()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE transfer_decision_history');
    await queryRunner.query('DROP FUNCTION transfer_decision_history_append_only()');
    await queryRunner.query('DROP TABLE transfer_decisions');
  }
}
