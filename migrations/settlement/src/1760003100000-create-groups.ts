import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Transfers that happen together or not at all: delivery versus payment, payment versus payment. */
export class CreateGroups1760003100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE settlement_groups (
        group_id    uuid        NOT NULL,
        model       varchar(8)  NOT NULL,
        status      varchar(16) NOT NULL DEFAULT 'pending',
        leg_count   smallint    NOT NULL,
        failed_leg  smallint,
        reason_code varchar(64),
        version     integer     NOT NULL DEFAULT 1,
        cutoff_at   timestamptz,
        due_at      timestamptz,
        created_at  timestamptz NOT NULL,
        updated_at  timestamptz NOT NULL,
        CONSTRAINT settlement_groups_pkey PRIMARY KEY (group_id),
        CONSTRAINT settlement_groups_model_known CHECK (model IN ('DVP1', 'PVP')),
        CONSTRAINT settlement_groups_status_known
          CHECK (status IN ('pending', 'matched', 'settled', 'failed', 'cancelled')),
        CONSTRAINT settlement_groups_leg_count_bounded CHECK (leg_count BETWEEN 2 AND 100),
        CONSTRAINT settlement_groups_failure_named CHECK (
          (status = 'failed') = (reason_code IS NOT NULL)
          AND (status = 'failed') = (failed_leg IS NOT NULL)
          AND failed_leg BETWEEN 1 AND leg_count)
      )`);
    await queryRunner.query(
      'CREATE INDEX settlement_groups_page ON settlement_groups (created_at, group_id)',
    );
    await queryRunner.query(`
      CREATE INDEX settlement_groups_due ON settlement_groups (due_at)
       WHERE status IN ('pending', 'matched') AND due_at IS NOT NULL`);
    await queryRunner.query(`
      CREATE TABLE settlement_group_legs (
        group_id     uuid           NOT NULL,
        leg          smallint       NOT NULL,
        payer        varchar(128)   NOT NULL,
        payee        varchar(128)   NOT NULL,
        asset_symbol varchar(64)    NOT NULL,
        amount       numeric(38,18) NOT NULL,
        affirmed_at  timestamptz,
        CONSTRAINT settlement_group_legs_pkey PRIMARY KEY (group_id, leg),
        CONSTRAINT settlement_group_legs_group_exists
          FOREIGN KEY (group_id) REFERENCES settlement_groups (group_id),
        CONSTRAINT settlement_group_legs_leg_bounded CHECK (leg BETWEEN 1 AND 100),
        CONSTRAINT settlement_group_legs_two_parties CHECK (payer <> payee),
        CONSTRAINT settlement_group_legs_amount_positive CHECK (amount > 0 AND amount <> 'NaN')
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE settlement_group_legs');
    await queryRunner.query('DROP TABLE settlement_groups');
  }
}
