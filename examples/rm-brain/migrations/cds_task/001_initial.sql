-- What a manager has to do, and until when.
CREATE TABLE tasks (
  task_id     uuid         NOT NULL DEFAULT gen_random_uuid(),
  client_id   uuid,
  assignee_id varchar(64)  NOT NULL,
  title       varchar(256) NOT NULL,
  status      varchar(16)  NOT NULL DEFAULT 'open',
  due_at      timestamptz,
  created_at  timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT tasks_pkey PRIMARY KEY (task_id),
  CONSTRAINT tasks_status_known CHECK (status IN ('open', 'done', 'dropped'))
);
CREATE INDEX tasks_by_assignee ON tasks (assignee_id, status, due_at);

-- Events are delivered at least once: what stands here was handled.
CREATE TABLE processed_events (
  event_id     varchar(64)  NOT NULL,
  event_type   varchar(128) NOT NULL DEFAULT 'unknown',
  processed_at timestamptz  NOT NULL DEFAULT now(),
  CONSTRAINT processed_events_pkey PRIMARY KEY (event_id)
);
