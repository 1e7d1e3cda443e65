-- The way back from 001.
DROP TABLE event_mappings;
DROP TABLE plugin_event_registry;
DROP TABLE tenant_plugins;
DROP TABLE plugins;
