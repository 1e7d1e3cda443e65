import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Alerts in episodes, who acknowledged them, and what happened when. */
export class CreateAlert1760000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE alerts (
        alert_id    uuid        NOT NULL,
        fingerprint bytea       NOT NULL,
        episode     integer     NOT NULL,
        labels      jsonb       NOT NULL,
        annotations jsonb       NOT NULL DEFAULT '{}',
        severity    varchar(16) NOT NULL,
        state       varchar(16) NOT NULL DEFAULT 'FIRING',
        starts_at   timestamptz NOT NULL,
        ends_at     timestamptz,
        created_at  timestamptz NOT NULL DEFAULT now(),
        updated_at  timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT alerts_pkey PRIMARY KEY (alert_id),
        CONSTRAINT alerts_episode_once UNIQUE (fingerprint, episode),
        CONSTRAINT alerts_fingerprint_length CHECK (octet_length(fingerprint) = 32),
        CONSTRAINT alerts_episode_positive CHECK (episode >= 1),
        CONSTRAINT alerts_severity_known CHECK (severity IN ('info', 'warning', 'critical')),
        CONSTRAINT alerts_state_known CHECK (state IN ('PENDING', 'FIRING', 'RESOLVED')),
        CONSTRAINT alerts_resolved_has_end CHECK ((state = 'RESOLVED') = (ends_at IS NOT NULL)),
        CONSTRAINT alerts_end_after_start CHECK (ends_at >= starts_at)
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX alerts_open_once ON alerts (fingerprint) WHERE state <> 'RESOLVED'`,
    );
    await queryRunner.query('CREATE INDEX alerts_page ON alerts (created_at, alert_id)');
    await queryRunner.query(`
      CREATE TABLE acknowledgements (
        acknowledgement_id uuid         NOT NULL,
        alert_id           uuid         NOT NULL,
        actor              varchar(128) NOT NULL,
        note               varchar(1024),
        acknowledged_at    timestamptz  NOT NULL,
        expires_at         timestamptz,
        withdrawn_at       timestamptz,
        CONSTRAINT acknowledgements_pkey PRIMARY KEY (acknowledgement_id),
        CONSTRAINT acknowledgements_alert_exists FOREIGN KEY (alert_id) REFERENCES alerts (alert_id),
        CONSTRAINT acknowledgements_expiry_later CHECK (expires_at > acknowledged_at)
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX acknowledgements_live_once ON acknowledgements (alert_id) WHERE withdrawn_at IS NULL`,
    );
    await queryRunner.query(`
      CREATE TABLE alert_timeline (
        alert_id    uuid         NOT NULL,
        seq         integer      NOT NULL,
        kind        varchar(32)  NOT NULL,
        actor       varchar(128) NOT NULL,
        detail      jsonb        NOT NULL DEFAULT '{}',
        occurred_at timestamptz  NOT NULL,
        CONSTRAINT alert_timeline_pkey PRIMARY KEY (alert_id, seq),
        CONSTRAINT alert_timeline_alert_exists FOREIGN KEY (alert_id) REFERENCES alerts (alert_id)
      )`);
    await queryRunner.query(`
      CREATE FUNCTION alert_timeline_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'alert_timeline is append-only';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER alert_timeline_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON alert_timeline
        FOR EACH STATEMENT EXECUTE FUNCTION alert_timeline_append_only()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE alert_timeline');
    await queryRunner.query('DROP FUNCTION alert_timeline_append_only()');
    await queryRunner.query('DROP TABLE acknowledgements');
    await queryRunner.query('DROP TABLE alerts');
  }
}
