-- What `alembic upgrade head --sql` prints, with a naming convention on the MetaData.
BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 3f1c2a9b7d10

CREATE TABLE accounts (
    id SERIAL NOT NULL, 
    number VARCHAR(34) NOT NULL, 
    holder VARCHAR(128) NOT NULL, 
    balance NUMERIC(38, 18) DEFAULT '0' NOT NULL, 
    CONSTRAINT pk_accounts PRIMARY KEY (id), 
    CONSTRAINT uq_accounts_number UNIQUE (number), 
    CONSTRAINT ck_accounts_balance CHECK (balance >= 0)
);

CREATE INDEX ix_accounts_holder ON accounts (holder);

INSERT INTO alembic_version (version_num) VALUES ('3f1c2a9b7d10') RETURNING alembic_version.version_num;

-- Running upgrade 3f1c2a9b7d10 -> 8e4d5c6b7a21

CREATE TABLE entries (
    id BIGSERIAL NOT NULL, 
    account_id INTEGER NOT NULL, 
    amount NUMERIC(38, 18) NOT NULL, 
    booked_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
    CONSTRAINT pk_entries PRIMARY KEY (id), 
    CONSTRAINT fk_entries_account_id_accounts FOREIGN KEY(account_id) REFERENCES accounts (id)
);

CREATE INDEX ix_entries_account_id ON entries (account_id);

UPDATE alembic_version SET version_num='8e4d5c6b7a21' WHERE alembic_version.version_num = '3f1c2a9b7d10';

COMMIT;
