-- What risk a client may take, and why that was found suitable.
CREATE TABLE risk_profiles (
  risk_profile_id uuid        NOT NULL DEFAULT gen_random_uuid(),
  client_id       uuid        NOT NULL,
  risk_class      smallint    NOT NULL,
  valid_from      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT risk_profiles_pkey PRIMARY KEY (risk_profile_id),
  CONSTRAINT risk_profiles_risk_class_known CHECK (risk_class BETWEEN 1 AND 7)
);
CREATE INDEX risk_profiles_by_client ON risk_profiles (client_id, valid_from);
CREATE TABLE suitability_assessments (
  assessment_id   uuid        NOT NULL DEFAULT gen_random_uuid(),
  risk_profile_id uuid        NOT NULL,
  product_id      uuid        NOT NULL,
  suitable        boolean     NOT NULL,
  reasons         text[]      NOT NULL DEFAULT '{}',
  assessed_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT suitability_assessments_pkey PRIMARY KEY (assessment_id),
  CONSTRAINT suitability_assessments_profile_fkey FOREIGN KEY (risk_profile_id)
    REFERENCES risk_profiles (risk_profile_id)
);
CREATE INDEX suitability_assessments_by_profile ON suitability_assessments (risk_profile_id);

-- Events are delivered at least once: what stands here was handled.
CREATE TABLE processed_events (
  event_id     varchar(64)  NOT NULL,
  event_type   varchar(128) NOT NULL DEFAULT 'unknown',
  processed_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT processed_events_pkey PRIMARY KEY (event_id)
);
