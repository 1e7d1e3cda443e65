-- Players of a chat bot, the games they play, what they pay, and what they are told.
CREATE TABLE users (
  id            bigint       GENERATED ALWAYS AS IDENTITY,
  telegram_id   bigint       NOT NULL,
  username      varchar(64),
  language_code varchar(8)   NOT NULL DEFAULT 'en',
  balance       numeric(18,2) NOT NULL DEFAULT 0,
  is_active     boolean      NOT NULL DEFAULT true,
  metadata      jsonb        NOT NULL DEFAULT '{}',
  created_at    timestamptz  NOT NULL DEFAULT now(),
  updated_at    timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_telegram_id_key UNIQUE (telegram_id),
  CONSTRAINT users_balance_not_negative CHECK (balance >= 0)
);
COMMENT ON TABLE users IS 'Everybody who has spoken to the bot.';
CREATE INDEX users_created_at_idx ON users (created_at);

CREATE TABLE games (
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  user_id    bigint      NOT NULL,
  session_id uuid        NOT NULL,
  game_type  varchar(32) NOT NULL,
  score      integer     NOT NULL DEFAULT 0,
  metadata   jsonb       NOT NULL DEFAULT '{}',
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at   timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT games_pkey PRIMARY KEY (id),
  CONSTRAINT games_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT games_in_order CHECK (ended_at IS NULL OR ended_at >= started_at)
);
COMMENT ON TABLE games IS 'One round of a game; a session has many.';
CREATE INDEX games_user_id_idx ON games (user_id);
CREATE INDEX games_session_id_idx ON games (session_id);
CREATE INDEX games_created_at_idx ON games (created_at);

CREATE TABLE transactions (
  id               bigint        GENERATED ALWAYS AS IDENTITY,
  user_id          bigint        NOT NULL,
  game_id          bigint,
  transaction_type varchar(32)   NOT NULL,
  amount           numeric(18,2) NOT NULL,
  status           varchar(16)   NOT NULL DEFAULT 'pending',
  metadata         jsonb         NOT NULL DEFAULT '{}',
  created_at       timestamptz   NOT NULL DEFAULT now(),
  CONSTRAINT transactions_pkey PRIMARY KEY (id),
  CONSTRAINT transactions_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT transactions_game_fkey FOREIGN KEY (game_id) REFERENCES games (id) ON DELETE SET NULL,
  CONSTRAINT transactions_status_known CHECK (status IN ('pending', 'completed', 'failed', 'refunded'))
);
COMMENT ON TABLE transactions IS 'Every change of a balance.';
CREATE INDEX transactions_user_id_idx ON transactions (user_id);
CREATE INDEX transactions_transaction_type_idx ON transactions (transaction_type);
CREATE INDEX transactions_status_idx ON transactions (status);
CREATE INDEX transactions_created_at_idx ON transactions (created_at);

CREATE TABLE notifications (
  id         bigint       GENERATED ALWAYS AS IDENTITY,
  user_id    bigint       NOT NULL,
  title      varchar(256) NOT NULL,
  body       text         NOT NULL,
  is_read    boolean      NOT NULL DEFAULT false,
  metadata   jsonb        NOT NULL DEFAULT '{}',
  created_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT notifications_pkey PRIMARY KEY (id),
  CONSTRAINT notifications_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
COMMENT ON TABLE notifications IS 'What a player is told inside the bot.';
CREATE INDEX notifications_user_id_idx ON notifications (user_id);
CREATE INDEX notifications_is_read_idx ON notifications (is_read);
CREATE INDEX notifications_created_at_idx ON notifications (created_at);

CREATE TABLE audit_logs (
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  user_id    bigint,
  action     varchar(64) NOT NULL,
  entity     varchar(64) NOT NULL,
  entity_id  varchar(64),
  metadata   jsonb       NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT audit_logs_pkey PRIMARY KEY (id),
  CONSTRAINT audit_logs_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL
);
COMMENT ON TABLE audit_logs IS 'Who did what; stays when the player is gone.';
CREATE INDEX audit_logs_user_id_idx ON audit_logs (user_id);
CREATE INDEX audit_logs_action_idx ON audit_logs (action);
CREATE INDEX audit_logs_entity_idx ON audit_logs (entity, entity_id);
CREATE INDEX audit_logs_created_at_idx ON audit_logs (created_at);

CREATE TABLE outbox (
  id            bigint       GENERATED ALWAYS AS IDENTITY,
  event_type    varchar(128) NOT NULL,
  payload       jsonb        NOT NULL,
  status        varchar(16)  NOT NULL DEFAULT 'pending',
  attempts      integer      NOT NULL DEFAULT 0,
  next_retry_at timestamptz  NOT NULL DEFAULT now(),
  last_error    text,
  created_at    timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_status_known CHECK (status IN ('pending', 'sent', 'failed'))
);
COMMENT ON TABLE outbox IS 'Messages written with the fact, sent afterwards.';
CREATE INDEX outbox_status_idx ON outbox (status);
CREATE INDEX outbox_next_retry_at_idx ON outbox (next_retry_at);

CREATE TABLE settings (
  id            bigint       GENERATED ALWAYS AS IDENTITY,
  setting_key   varchar(128) NOT NULL,
  setting_value jsonb        NOT NULL,
  description   text,
  updated_by    bigint,
  updated_at    timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT settings_pkey PRIMARY KEY (id),
  CONSTRAINT settings_setting_key_key UNIQUE (setting_key),
  CONSTRAINT settings_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE SET NULL
);
COMMENT ON TABLE settings IS 'What an administrator may change while the bot runs.';
