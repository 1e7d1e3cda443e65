-- The shape that every other service has: what was handled before this has no type any more.
ALTER TABLE processed_events ADD COLUMN event_type varchar(128) NOT NULL DEFAULT 'unknown';
