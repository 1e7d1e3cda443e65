-- A constant default fills old rows without touching them.
ALTER TABLE documents ADD COLUMN category varchar(64) NOT NULL DEFAULT 'uncategorised';
