ALTER TABLE settlement_commands DROP COLUMN created_at;
