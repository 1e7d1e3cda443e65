import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was answered to a POST with an Idempotency-Key, kept as long as its repetition is answered by it. */
export class CreateIdempotencyKeys1760000200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE idempotency_keys (
        principal        varchar(128) NOT NULL,
        idem_key         varchar(255) NOT NULL,
        method           varchar(8)   NOT NULL,
        path             text         NOT NULL,
        fingerprint      bytea        NOT NULL,
        response_status  smallint     NOT NULL,
        response_headers jsonb        NOT NULL,
        response_body    bytea,
        created_at       timestamptz  NOT NULL DEFAULT now(),
        expires_at       timestamptz  NOT NULL,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal, idem_key),
        CONSTRAINT idempotency_keys_key_present CHECK (idem_key <> ''),
        CONSTRAINT idempotency_keys_fingerprint_sha256 CHECK (octet_length(fingerprint) = 32),
        CONSTRAINT idempotency_keys_answer_final CHECK (response_status BETWEEN 200 AND 499),
        CONSTRAINT idempotency_keys_expiry_later CHECK (expires_at > created_at)
      )`);
    await queryRunner.query(
      'CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE idempotency_keys');
  }
}
