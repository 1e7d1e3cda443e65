ALTER TABLE entries DROP COLUMN reference;
