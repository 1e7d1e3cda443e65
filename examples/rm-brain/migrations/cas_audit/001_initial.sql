-- Who did what to which client, for the auditors. Rows are never changed.
CREATE TABLE audit_events (
  audit_event_id uuid         NOT NULL DEFAULT gen_random_uuid(),
  actor          varchar(128) NOT NULL,
  action         varchar(64)  NOT NULL,
  entity_type    varchar(64)  NOT NULL,
  entity_id      varchar(64)  NOT NULL,
  details        jsonb        NOT NULL DEFAULT '{}',
  occurred_at    timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT audit_events_pkey PRIMARY KEY (audit_event_id)
);
CREATE INDEX audit_events_by_entity ON audit_events (entity_type, entity_id, occurred_at);
