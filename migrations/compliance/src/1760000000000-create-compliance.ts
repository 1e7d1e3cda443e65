import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom we know, what was checked about them, and every step a check took. */
export class CreateCompliance1760000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE subjects (
        subject_id   uuid         NOT NULL,
        external_ref varchar(128) NOT NULL,
        kind         varchar(16)  NOT NULL,
        names        jsonb        NOT NULL,
        born_from    date,
        born_to      date,
        countries    text[]       NOT NULL DEFAULT '{}',
        kyc_state    varchar(16)  NOT NULL DEFAULT 'NOT_STARTED',
        risk_level   varchar(16)  NOT NULL DEFAULT 'STANDARD',
        valid_until  timestamptz,
        version      integer      NOT NULL DEFAULT 1,
        created_at   timestamptz  NOT NULL DEFAULT now(),
        updated_at   timestamptz  NOT NULL DEFAULT now(),
        CONSTRAINT subjects_pkey PRIMARY KEY (subject_id),
        CONSTRAINT subjects_external_ref_once UNIQUE (external_ref),
        CONSTRAINT subjects_kind_known CHECK (kind IN ('PERSON', 'ORGANISATION', 'VESSEL', 'WALLET')),
        CONSTRAINT subjects_names_present CHECK (jsonb_typeof(names) = 'array' AND jsonb_array_length(names) > 0),
        CONSTRAINT subjects_birth_ordered CHECK (born_from <= born_to),
        CONSTRAINT subjects_kyc_state_known CHECK (kyc_state IN ('NOT_STARTED', 'PENDING', 'IN_REVIEW',
          'ACTION_REQUIRED', 'APPROVED', 'REJECTED', 'EXPIRED', 'BLOCKED')),
        CONSTRAINT subjects_risk_level_known CHECK (risk_level IN ('LOW', 'STANDARD', 'HIGH'))
      )`);
    await queryRunner.query('CREATE INDEX subjects_page ON subjects (created_at, subject_id)');
    await queryRunner.query(`
      CREATE TABLE check_runs (
        check_id     uuid         NOT NULL,
        subject_id   uuid         NOT NULL,
        kind         varchar(16)  NOT NULL,
        state        varchar(16)  NOT NULL DEFAULT 'PENDING',
        reject_type  varchar(8),
        provider     varchar(64),
        provider_ref varchar(128),
        requested_by varchar(128) NOT NULL,
        requested_at timestamptz  NOT NULL DEFAULT now(),
        decided_at   timestamptz,
        valid_until  timestamptz,
        version      integer      NOT NULL DEFAULT 1,
        CONSTRAINT check_runs_pkey PRIMARY KEY (check_id),
        CONSTRAINT check_runs_subject_exists FOREIGN KEY (subject_id) REFERENCES subjects (subject_id),
        CONSTRAINT check_runs_provider_ref_once UNIQUE (provider, provider_ref),
        CONSTRAINT check_runs_kind_known CHECK (kind IN ('KYC', 'KYB', 'SANCTIONS', 'PEP', 'AML', 'WALLET',
          'TRAVEL_RULE')),
        CONSTRAINT check_runs_state_known CHECK (state IN ('PENDING', 'IN_REVIEW', 'ACTION_REQUIRED',
          'APPROVED', 'REJECTED', 'EXPIRED', 'BLOCKED')),
        CONSTRAINT check_runs_reject_type_stated CHECK ((state = 'REJECTED') = (reject_type IS NOT NULL)),
        CONSTRAINT check_runs_reject_type_known CHECK (reject_type IN ('FINAL', 'RETRY'))
      )`);
    await queryRunner.query(
      `CREATE INDEX check_runs_subject ON check_runs (subject_id, requested_at, check_id)`,
    );
    await queryRunner.query(`
      CREATE TABLE check_transitions (
        check_id   uuid         NOT NULL,
        seq        integer      NOT NULL,
        from_state varchar(16),
        to_state   varchar(16)  NOT NULL,
        actor      varchar(128) NOT NULL,
        reason     varchar(512),
        occurred_at timestamptz NOT NULL,
        CONSTRAINT check_transitions_pkey PRIMARY KEY (check_id, seq),
        CONSTRAINT check_transitions_check_exists FOREIGN KEY (check_id) REFERENCES check_runs (check_id)
      )`);
    await queryRunner.query(`
      CREATE FUNCTION check_transitions_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'check_transitions is append-only';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER check_transitions_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON check_transitions
        FOR EACH STATEMENT EXECUTE FUNCTION check_transitions_append_only()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE check_transitions');
    await queryRunner.query('DROP FUNCTION check_transitions_append_only()');
    await queryRunner.query('DROP TABLE check_runs');
    await queryRunner.query('DROP TABLE subjects');
  }
}
