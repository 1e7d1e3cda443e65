-- The way back from 002.
ALTER TABLE documents DROP COLUMN category;
