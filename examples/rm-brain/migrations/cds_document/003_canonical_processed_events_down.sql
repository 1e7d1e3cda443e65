-- The way back from 003.
ALTER TABLE processed_events DROP COLUMN event_type;
