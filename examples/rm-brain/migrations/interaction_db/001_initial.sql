-- Calls, meetings and messages with clients.
CREATE TABLE interactions (
  interaction_id uuid        NOT NULL DEFAULT gen_random_uuid(),
  client_id      uuid        NOT NULL,
  channel        varchar(16) NOT NULL,
  summary        text        NOT NULL,
  happened_at    timestamptz NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT interactions_pkey PRIMARY KEY (interaction_id),
  CONSTRAINT interactions_channel_known CHECK (channel IN ('call', 'meeting', 'mail', 'chat'))
);
CREATE INDEX interactions_by_client ON interactions (client_id, happened_at);

-- Events are delivered at least once: what stands here was handled.
CREATE TABLE processed_events (
  event_id     varchar(64)  NOT NULL,
  event_type   varchar(128) NOT NULL DEFAULT 'unknown',
  processed_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT processed_events_pkey PRIMARY KEY (event_id)
);
