-- The way back from 001.
DROP TABLE audit_events;
