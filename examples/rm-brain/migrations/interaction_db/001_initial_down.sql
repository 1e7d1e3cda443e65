-- The way back from 001.
DROP TABLE processed_events;
DROP TABLE interactions;
