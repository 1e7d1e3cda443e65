CREATE TABLE entries (
  id         bigserial      PRIMARY KEY,
  account_id integer        NOT NULL REFERENCES accounts,
  amount     numeric(38,18) NOT NULL,
  booked_at  timestamptz    NOT NULL DEFAULT now()
);
CREATE INDEX ON entries (account_id);
