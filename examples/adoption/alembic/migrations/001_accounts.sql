CREATE TABLE accounts (
  id      serial         PRIMARY KEY,
  number  varchar(34)    NOT NULL UNIQUE,
  holder  varchar(128)   NOT NULL,
  balance numeric(38,18) NOT NULL DEFAULT '0' CHECK (balance >= 0)
);
CREATE INDEX ON accounts (holder);
