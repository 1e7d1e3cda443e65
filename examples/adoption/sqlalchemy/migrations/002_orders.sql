CREATE TYPE orderstatus AS ENUM ('NEW', 'PAID', 'SHIPPED');
CREATE TABLE orders (
  id      serial        NOT NULL,
  user_id integer       NOT NULL,
  status  orderstatus   NOT NULL,
  total   numeric(12,2) NOT NULL,
  payload jsonb,
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT orders_total_positive CHECK (total > 0),
  CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX orders_by_user ON orders (user_id);
CREATE INDEX orders_by_status ON orders (status);
