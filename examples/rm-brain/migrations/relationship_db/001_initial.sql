-- Which manager looks after which client, and since when.
CREATE TABLE relationships (
  relationship_id uuid        NOT NULL DEFAULT gen_random_uuid(),
  client_id       uuid        NOT NULL,
  manager_id      varchar(64) NOT NULL,
  role            varchar(32) NOT NULL DEFAULT 'primary',
  valid_from      date        NOT NULL,
  valid_to        date,
  CONSTRAINT relationships_pkey PRIMARY KEY (relationship_id),
  CONSTRAINT relationships_period CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX relationships_by_client ON relationships (client_id);
CREATE INDEX relationships_by_manager ON relationships (manager_id);

-- Events are delivered at least once: what stands here was handled.
CREATE TABLE processed_events (
  event_id     varchar(64)  NOT NULL,
  event_type   varchar(128) NOT NULL DEFAULT 'unknown',
  processed_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT processed_events_pkey PRIMARY KEY (event_id)
);
