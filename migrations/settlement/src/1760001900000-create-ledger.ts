import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Double entry: a transfer is one debit and one credit of the same amount. Accounts carry their sums, wider
 * than an amount, and the rules that no program may break; transfers never change. No index has a balance
 * in it, so that an update of a busy account stays on its page.
 */
export class CreateLedger1760001900000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE ledger_accounts (
        account_id      bigint         GENERATED ALWAYS AS IDENTITY,
        account_ref     varchar(128)   NOT NULL,
        asset_symbol    varchar(64)    NOT NULL,
        purpose         varchar(16)    NOT NULL,
        debits_pending  numeric(58,18) NOT NULL DEFAULT 0,
        debits_posted   numeric(58,18) NOT NULL DEFAULT 0,
        credits_pending numeric(58,18) NOT NULL DEFAULT 0,
        credits_posted  numeric(58,18) NOT NULL DEFAULT 0,
        created_at      timestamptz    NOT NULL DEFAULT now(),
        CONSTRAINT ledger_accounts_pkey PRIMARY KEY (account_id),
        CONSTRAINT ledger_accounts_once UNIQUE (account_ref, asset_symbol, purpose),
        CONSTRAINT ledger_accounts_purpose_known CHECK (purpose IN ('main', 'external', 'escrow')),
        CONSTRAINT ledger_accounts_sums_whole CHECK (
          debits_pending >= 0 AND debits_posted >= 0 AND credits_pending >= 0 AND credits_posted >= 0
          AND 'NaN' NOT IN (debits_pending, debits_posted, credits_pending, credits_posted)),
        CONSTRAINT ledger_accounts_not_overdrawn CHECK (
          purpose = 'external' OR debits_pending + debits_posted <= credits_posted)
      ) WITH (fillfactor = 50)`);
    await queryRunner.query(`
      CREATE TABLE ledger_transfers (
        transfer_id       uuid           NOT NULL,
        kind              varchar(8)     NOT NULL,
        pending_id        uuid,
        reverses_id       uuid,
        debit_account_id  bigint         NOT NULL,
        credit_account_id bigint         NOT NULL,
        amount            numeric(38,18) NOT NULL,
        origin_type       varchar(16)    NOT NULL,
        origin_id         varchar(128)   NOT NULL,
        created_at        timestamptz    NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT ledger_transfers_pkey PRIMARY KEY (transfer_id),
        CONSTRAINT ledger_transfers_pending_exists
          FOREIGN KEY (pending_id) REFERENCES ledger_transfers (transfer_id),
        CONSTRAINT ledger_transfers_reversed_exists
          FOREIGN KEY (reverses_id) REFERENCES ledger_transfers (transfer_id),
        CONSTRAINT ledger_transfers_debit_exists
          FOREIGN KEY (debit_account_id) REFERENCES ledger_accounts (account_id),
        CONSTRAINT ledger_transfers_credit_exists
          FOREIGN KEY (credit_account_id) REFERENCES ledger_accounts (account_id),
        CONSTRAINT ledger_transfers_kind_known
          CHECK (kind IN ('posted', 'pending', 'post', 'void', 'expire')),
        CONSTRAINT ledger_transfers_resolution_whole
          CHECK ((kind IN ('post', 'void', 'expire')) = (pending_id IS NOT NULL)),
        CONSTRAINT ledger_transfers_reversal_posted CHECK (reverses_id IS NULL OR kind = 'posted'),
        CONSTRAINT ledger_transfers_two_accounts CHECK (debit_account_id <> credit_account_id),
        CONSTRAINT ledger_transfers_amount_whole CHECK (
          amount <> 'NaN' AND (amount > 0 OR amount = 0 AND kind = 'post')),
        CONSTRAINT ledger_transfers_origin_known CHECK (origin_type IN
          ('command', 'deposit', 'withdrawal', 'hold', 'escrow', 'group'))
      )`);
    await this.index(queryRunner);
    await queryRunner.query(`
      CREATE TRIGGER ledger_transfers_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfers
        FOR EACH STATEMENT EXECUTE FUNCTION settlement_append_only()`);
    await this.createHolds(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE ledger_holds');
    await queryRunner.query('DROP TABLE ledger_transfers');
    await queryRunner.query('DROP TABLE ledger_accounts');
  }

  private async index(queryRunner: QueryRunner): Promise<void> {
    // What is pending is resolved once, what is posted is reversed once.
    await queryRunner.query(`
      CREATE UNIQUE INDEX ledger_transfers_resolved_once ON ledger_transfers (pending_id)
       WHERE pending_id IS NOT NULL`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX ledger_transfers_reversed_once ON ledger_transfers (reverses_id)
       WHERE reverses_id IS NOT NULL`);
    await queryRunner.query(`
      CREATE INDEX ledger_transfers_debit
          ON ledger_transfers (debit_account_id, created_at, transfer_id)`);
    await queryRunner.query(`
      CREATE INDEX ledger_transfers_credit
          ON ledger_transfers (credit_account_id, created_at, transfer_id)`);
    await queryRunner.query(
      'CREATE INDEX ledger_transfers_page ON ledger_transfers (created_at, transfer_id)',
    );
    await queryRunner.query(
      'CREATE INDEX ledger_transfers_origin ON ledger_transfers (origin_type, origin_id)',
    );
  }

  private async createHolds(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE ledger_holds (
        hold_id      uuid           NOT NULL,
        payer        varchar(128)   NOT NULL,
        payee        varchar(128)   NOT NULL,
        asset_symbol varchar(64)    NOT NULL,
        amount       numeric(38,18) NOT NULL,
        status       varchar(16)    NOT NULL DEFAULT 'active',
        captured     numeric(38,18),
        expires_at   timestamptz,
        created_at   timestamptz    NOT NULL DEFAULT now(),
        resolved_at  timestamptz,
        CONSTRAINT ledger_holds_pkey PRIMARY KEY (hold_id),
        CONSTRAINT ledger_holds_transfer_exists
          FOREIGN KEY (hold_id) REFERENCES ledger_transfers (transfer_id),
        CONSTRAINT ledger_holds_status_known
          CHECK (status IN ('active', 'captured', 'voided', 'expired')),
        CONSTRAINT ledger_holds_amount_positive CHECK (amount > 0 AND amount <> 'NaN'),
        CONSTRAINT ledger_holds_captured_within CHECK (
          (status = 'captured') = (captured IS NOT NULL)
          AND captured >= 0 AND captured <= amount AND captured <> 'NaN'),
        CONSTRAINT ledger_holds_resolution_dated
          CHECK ((status = 'active') = (resolved_at IS NULL)),
        CONSTRAINT ledger_holds_two_parties CHECK (payer <> payee)
      )`);
    await queryRunner.query(`
      CREATE INDEX ledger_holds_expiry ON ledger_holds (expires_at)
       WHERE status = 'active' AND expires_at IS NOT NULL`);
  }
}
