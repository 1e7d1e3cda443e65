CREATE TABLE users (
  id         serial       NOT NULL,
  email      varchar(255) NOT NULL,
  full_name  varchar,
  is_active  boolean      NOT NULL DEFAULT true,
  created_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT uq_users_email UNIQUE (email)
);
COMMENT ON TABLE users IS 'Who may order.';
CREATE INDEX users_by_age ON users (created_at);
