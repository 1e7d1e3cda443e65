-- Documents about clients. This service was the first one to keep processed_events, without a type.
CREATE TABLE documents (
  document_id uuid         NOT NULL DEFAULT gen_random_uuid(),
  client_id   uuid         NOT NULL,
  title       varchar(256) NOT NULL,
  location    varchar(512) NOT NULL,
  sha256      bytea        NOT NULL,
  created_at  timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT documents_pkey PRIMARY KEY (document_id),
  CONSTRAINT documents_sha256_whole CHECK (octet_length(sha256) = 32)
);
CREATE INDEX documents_by_client ON documents (client_id, created_at);
CREATE TABLE processed_events (
  event_id     varchar(64) NOT NULL,
  processed_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT processed_events_pkey PRIMARY KEY (event_id)
);
