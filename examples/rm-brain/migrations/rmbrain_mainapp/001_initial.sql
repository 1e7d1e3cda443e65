-- The main application: which plugins a tenant has, and which events they want.
CREATE TABLE plugins (
  plugin_id  varchar(64)  NOT NULL,
  name       varchar(128) NOT NULL,
  version    varchar(32)  NOT NULL,
  manifest   jsonb        NOT NULL,
  created_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT plugins_pkey PRIMARY KEY (plugin_id)
);
CREATE TABLE tenant_plugins (
  tenant_id  varchar(64) NOT NULL,
  plugin_id  varchar(64) NOT NULL,
  enabled    boolean     NOT NULL DEFAULT true,
  settings   jsonb       NOT NULL DEFAULT '{}',
  CONSTRAINT tenant_plugins_pkey PRIMARY KEY (tenant_id, plugin_id),
  CONSTRAINT tenant_plugins_plugin_fkey FOREIGN KEY (plugin_id) REFERENCES plugins (plugin_id) ON DELETE CASCADE
);
CREATE TABLE plugin_event_registry (
  plugin_id  varchar(64)  NOT NULL,
  event_type varchar(128) NOT NULL,
  direction  varchar(8)   NOT NULL,
  CONSTRAINT plugin_event_registry_pkey PRIMARY KEY (plugin_id, event_type, direction),
  CONSTRAINT plugin_event_registry_plugin_fkey FOREIGN KEY (plugin_id) REFERENCES plugins (plugin_id) ON DELETE CASCADE,
  CONSTRAINT plugin_event_registry_direction_known CHECK (direction IN ('in', 'out'))
);
CREATE TABLE event_mappings (
  mapping_id  uuid         NOT NULL DEFAULT gen_random_uuid(),
  source_type varchar(128) NOT NULL,
  target_type varchar(128) NOT NULL,
  expression  jsonb        NOT NULL DEFAULT '{}',
  CONSTRAINT event_mappings_pkey PRIMARY KEY (mapping_id),
  CONSTRAINT event_mappings_pair_key UNIQUE (source_type, target_type)
);
