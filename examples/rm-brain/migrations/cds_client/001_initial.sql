-- Clients of the bank, and how they belong together.
CREATE TABLE clients (
  client_id    uuid         NOT NULL DEFAULT gen_random_uuid(),
  tenant_id    varchar(64)  NOT NULL,
  display_name varchar(256) NOT NULL,
  kind         varchar(16)  NOT NULL,
  onboarded_at timestamptz,
  created_at   timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT clients_pkey PRIMARY KEY (client_id),
  CONSTRAINT clients_kind_known CHECK (kind IN ('person', 'household', 'company'))
);
CREATE INDEX clients_by_tenant ON clients (tenant_id, display_name);
CREATE TABLE client_links (
  client_id uuid        NOT NULL,
  linked_id uuid        NOT NULL,
  relation  varchar(32) NOT NULL,
  CONSTRAINT client_links_pkey PRIMARY KEY (client_id, linked_id),
  CONSTRAINT client_links_client_fkey FOREIGN KEY (client_id) REFERENCES clients (client_id) ON DELETE CASCADE,
  CONSTRAINT client_links_linked_fkey FOREIGN KEY (linked_id) REFERENCES clients (client_id) ON DELETE CASCADE,
  CONSTRAINT client_links_two_clients CHECK (client_id <> linked_id)
);

-- Events are delivered at least once: what stands here was handled.
CREATE TABLE processed_events (
  event_id     varchar(64)  NOT NULL,
  event_type   varchar(128) NOT NULL DEFAULT 'unknown',
  processed_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT processed_events_pkey PRIMARY KEY (event_id)
);
