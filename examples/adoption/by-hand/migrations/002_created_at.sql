ALTER TABLE settlement_commands ADD COLUMN created_at timestamptz;
