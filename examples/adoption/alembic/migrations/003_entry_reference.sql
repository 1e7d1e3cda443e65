ALTER TABLE entries ADD COLUMN reference varchar(64);
