import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, what each asset is worth as security, and who holds or owes what. */
export class CreateRisk1760000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE accounts (
        account_id    uuid         NOT NULL,
        external_ref  varchar(128) NOT NULL,
        base_currency varchar(16)  NOT NULL DEFAULT 'USD',
        status        varchar(16)  NOT NULL DEFAULT 'ACTIVE',
        version       integer      NOT NULL DEFAULT 1,
        created_at    timestamptz  NOT NULL DEFAULT now(),
        CONSTRAINT accounts_pkey PRIMARY KEY (account_id),
        CONSTRAINT accounts_external_ref_once UNIQUE (external_ref),
        CONSTRAINT accounts_status_known CHECK (status IN ('ACTIVE', 'CLOSED'))
      )`);
    await queryRunner.query('CREATE INDEX accounts_page ON accounts (created_at, account_id)');
    await queryRunner.query(`
      CREATE TABLE asset_params (
        asset_id          varchar(64) NOT NULL,
        version           integer     NOT NULL,
        valid_from        timestamptz NOT NULL,
        decimals          smallint    NOT NULL,
        ltv_bps           integer     NOT NULL,
        liq_threshold_bps integer     NOT NULL,
        liq_bonus_bps     integer     NOT NULL,
        protocol_fee_bps  integer     NOT NULL DEFAULT 0,
        max_price_age_s   integer     NOT NULL,
        max_conf_bps      integer     NOT NULL DEFAULT 200,
        supply_cap        numeric(78,0),
        created_at        timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT asset_params_pkey PRIMARY KEY (asset_id, version),
        CONSTRAINT asset_params_version_positive CHECK (version >= 1),
        CONSTRAINT asset_params_decimals_range CHECK (decimals BETWEEN 0 AND 36),
        CONSTRAINT asset_params_ltv_range CHECK (ltv_bps BETWEEN 0 AND 10000),
        CONSTRAINT asset_params_threshold_range CHECK (liq_threshold_bps BETWEEN 0 AND 10000),
        CONSTRAINT asset_params_bonus_range CHECK (liq_bonus_bps BETWEEN 10000 AND 20000),
        CONSTRAINT asset_params_fee_range CHECK (protocol_fee_bps BETWEEN 0 AND 10000),
        CONSTRAINT asset_params_price_age_positive CHECK (max_price_age_s > 0),
        CONSTRAINT asset_params_conf_range CHECK (max_conf_bps BETWEEN 0 AND 10000),
        CONSTRAINT asset_params_supply_cap_positive CHECK (supply_cap > 0 AND supply_cap <> 'NaN'),
        CONSTRAINT asset_params_ltv_below_threshold CHECK (ltv_bps <= liq_threshold_bps)
      )`);
    await queryRunner.query(`
      CREATE FUNCTION asset_params_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'asset_params is append-only: insert the next version';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER asset_params_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON asset_params
        FOR EACH STATEMENT EXECUTE FUNCTION asset_params_append_only()`);
    await queryRunner.query(`
      CREATE TABLE positions (
        account_id uuid          NOT NULL,
        asset_id   varchar(64)   NOT NULL,
        side       char(1)       NOT NULL,
        amount     numeric(78,0) NOT NULL,
        updated_at timestamptz   NOT NULL DEFAULT now(),
        CONSTRAINT positions_pkey PRIMARY KEY (account_id, asset_id, side),
        CONSTRAINT positions_account_exists FOREIGN KEY (account_id) REFERENCES accounts (account_id),
        CONSTRAINT positions_side_known CHECK (side IN ('C', 'D')),
        CONSTRAINT positions_amount_countable CHECK (amount > 0 AND amount <> 'NaN')
      )`);
    await queryRunner.query('CREATE INDEX positions_asset ON positions (asset_id, account_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE positions');
    await queryRunner.query('DROP TABLE asset_params');
    await queryRunner.query('DROP FUNCTION asset_params_append_only()');
    await queryRunner.query('DROP TABLE accounts');
  }
}
