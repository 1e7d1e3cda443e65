CREATE TABLE settlement_commands (
  command_id     varchar(128) NOT NULL,
  workflow_id    varchar(128) NOT NULL,
  account_ref    varchar(128) NOT NULL,
  payer          varchar(128),
  payee          varchar(128),
  asset_symbol   varchar(64),
  amount_numeric numeric(38,18),
  status         varchar(32)  NOT NULL,
  last_updated   timestamptz  DEFAULT now(),
  CONSTRAINT settlement_commands_pkey PRIMARY KEY (command_id)
);
CREATE TABLE webhook_subscriptions (
  subscription_id varchar(128) NOT NULL,
  url             varchar(512) NOT NULL,
  secret          varchar(256) NOT NULL,
  event_types     text         NOT NULL,
  enabled         boolean      NOT NULL DEFAULT true,
  description     varchar(512),
  created_at      timestamptz  DEFAULT now(),
  CONSTRAINT webhook_subscriptions_pkey PRIMARY KEY (subscription_id)
);
CREATE INDEX settlement_commands_by_workflow ON settlement_commands (workflow_id);
