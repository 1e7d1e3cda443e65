import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Money that waits between two parties. What it keeps lies in a ledger account of its own. */
export class CreateEscrows1760003000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE escrows (
        escrow_id    uuid           NOT NULL,
        payer        varchar(128)   NOT NULL,
        payee        varchar(128)   NOT NULL,
        arbiter      varchar(128),
        asset_symbol varchar(64)    NOT NULL,
        amount       numeric(38,18) NOT NULL,
        released     numeric(38,18) NOT NULL DEFAULT 0,
        refunded     numeric(38,18) NOT NULL DEFAULT 0,
        state        varchar(16)    NOT NULL DEFAULT 'created',
        version      integer        NOT NULL DEFAULT 1,
        expires_at   timestamptz,
        created_at   timestamptz    NOT NULL,
        updated_at   timestamptz    NOT NULL,
        CONSTRAINT escrows_pkey PRIMARY KEY (escrow_id),
        CONSTRAINT escrows_two_parties CHECK (payer <> payee),
        CONSTRAINT escrows_arbiter_apart CHECK (arbiter <> payer AND arbiter <> payee),
        CONSTRAINT escrows_amount_positive CHECK (amount > 0 AND amount <> 'NaN'),
        CONSTRAINT escrows_state_known CHECK (state IN
          ('created', 'funded', 'disputed', 'released', 'refunded', 'split', 'cancelled', 'expired')),
        CONSTRAINT escrows_shares_fit CHECK (CASE state
          WHEN 'released' THEN released = amount AND refunded = 0
          WHEN 'refunded' THEN refunded = amount AND released = 0
          WHEN 'split' THEN released > 0 AND refunded > 0 AND released + refunded = amount
          WHEN 'expired' THEN released = 0 AND refunded IN (0, amount)
          ELSE released = 0 AND refunded = 0 END)
      )`);
    await queryRunner.query('CREATE INDEX escrows_page ON escrows (created_at, escrow_id)');
    await queryRunner.query(`
      CREATE INDEX escrows_expiry ON escrows (expires_at)
       WHERE state IN ('created', 'funded') AND expires_at IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE escrows');
  }
}
