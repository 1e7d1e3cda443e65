/**
 * Schema `migrator`, made by `fp databases create` and owned by the owner role. The service's role may
 * read it. `head` says where the history ends: a chain alone cannot tell that its last rows are gone.
 */
export const MIGRATOR_SCHEMA_SQL = `
CREATE SCHEMA IF NOT EXISTS migrator;
CREATE TABLE IF NOT EXISTS migrator.identity (
  singleton     boolean     NOT NULL DEFAULT true,
  service       text        NOT NULL,
  database_uuid uuid        NOT NULL,
  environment   text        NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT identity_pkey PRIMARY KEY (singleton),
  CONSTRAINT identity_one_row CHECK (singleton)
);
CREATE TABLE IF NOT EXISTS migrator.history (
  seq                bigint      NOT NULL,
  run_id             uuid        NOT NULL,
  number             numeric(20) NOT NULL,
  name               text        NOT NULL,
  origin             text        NOT NULL,
  direction          text        NOT NULL,
  status             text        NOT NULL,
  sha256             char(64)    NOT NULL,
  transaction_mode   text        NOT NULL,
  statements         int         NOT NULL,
  sqlstate           text,
  failed_statement   int,
  failed_line        int,
  error              text,
  started_at         timestamptz NOT NULL,
  finished_at        timestamptz,
  duration_ms        int,
  lock_wait_ms       int,
  retries            int,
  database_user      text        NOT NULL,
  os_user            text,
  host               text,
  git_sha            text,
  tool_version       text        NOT NULL,
  backup_reference   text,
  schema_fingerprint text,
  prev_hash          bytea       NOT NULL,
  hash               bytea       NOT NULL,
  CONSTRAINT history_pkey PRIMARY KEY (seq),
  CONSTRAINT history_origin_known CHECK (origin IN ('typeorm', 'sql', 'baseline', 'adopt')),
  CONSTRAINT history_direction_known CHECK (direction IN ('up', 'down')),
  CONSTRAINT history_status_known CHECK (status IN ('started', 'applied', 'failed')),
  CONSTRAINT history_transaction_mode_known CHECK (transaction_mode IN ('transaction', 'none'))
);
CREATE TABLE IF NOT EXISTS migrator.head (
  singleton boolean NOT NULL DEFAULT true,
  seq       bigint  NOT NULL,
  hash      bytea   NOT NULL,
  CONSTRAINT head_pkey PRIMARY KEY (singleton),
  CONSTRAINT head_one_row CHECK (singleton)
);
INSERT INTO migrator.head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION migrator.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'migrator.history is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migrator.history
  FOR EACH STATEMENT EXECUTE FUNCTION migrator.refuse_change();
`;

/** What TypeORM itself would create, so that its command line finds it as it left it. */
export const TYPEORM_TABLE_SQL = `
CREATE TABLE IF NOT EXISTS public.migrations (
  id serial NOT NULL,
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL,
  CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id)
)`;

/** The service has no business in it, whatever the default grants say. */
export const TYPEORM_REVOKE_SQL = `
DO $$ DECLARE grantee text; BEGIN
  FOR grantee IN SELECT DISTINCT pg_get_userbyid(a.grantee) FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.oid = 'public.migrations'::regclass AND a.grantee NOT IN (0, c.relowner)
  LOOP
    EXECUTE format('REVOKE ALL ON public.migrations FROM %I', grantee);
    EXECUTE format('REVOKE ALL ON SEQUENCE public.migrations_id_seq FROM %I', grantee);
  END LOOP;
END $$`;
