-- Products that may be offered.
CREATE TABLE products (
  product_id uuid         NOT NULL DEFAULT gen_random_uuid(),
  isin       char(12),
  name       varchar(256) NOT NULL,
  risk_class smallint     NOT NULL,
  attributes jsonb        NOT NULL DEFAULT '{}',
  retired_at timestamptz,
  created_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT products_pkey PRIMARY KEY (product_id),
  CONSTRAINT products_isin_key UNIQUE (isin),
  CONSTRAINT products_risk_class_known CHECK (risk_class BETWEEN 1 AND 7)
);

-- Events are delivered at least once: what stands here was handled.
CREATE TABLE processed_events (
  event_id     varchar(64)  NOT NULL,
  event_type   varchar(128) NOT NULL DEFAULT 'unknown',
  processed_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT processed_events_pkey PRIMARY KEY (event_id)
);
