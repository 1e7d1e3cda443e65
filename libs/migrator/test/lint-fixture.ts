import { type LintedFile, lintSources } from '../src/lint/lint.js';
import { standing } from '../src/lint/report.js';
import type { LintSource } from '../src/lint/read-folder.js';
import { headerOf } from '../src/lint/header.js';

/** The live, populated database that the rows of the tables speak of. */
export const LIVE = `
  CREATE TABLE users (
    id bigint PRIMARY KEY,
    email varchar(100) NOT NULL,
    name text,
    nick varchar(20),
    age integer,
    price numeric(10,2),
    token uuid,
    seen timestamp(3),
    created_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'new',
    addr cidr,
    code char(3),
    twice int GENERATED ALWAYS AS (age * 2) STORED,
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_age_check CHECK (age > 0)
  );
  CREATE INDEX users_nick_idx ON users (nick);
  CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users (id), total numeric, note text, ref text);
  CREATE TABLE events (id bigint, at timestamptz NOT NULL, kind text) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE parted (id int NOT NULL, region text NOT NULL) PARTITION BY LIST (region);
  CREATE TABLE parted_default PARTITION OF parted DEFAULT;
  CREATE TABLE loose (id bigint NOT NULL, at timestamptz NOT NULL);
  CREATE TABLE bounded (id bigint, at timestamptz NOT NULL, kind text,
    CONSTRAINT bounded_at CHECK (at >= '2026-03-01' AND at < '2026-04-01'));
  CREATE VIEW adults AS SELECT id, age FROM users WHERE age >= 18;
  CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TYPE pair AS (a int, b int);
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE TABLE stock (id bigint PRIMARY KEY, amount positive, state mood);
  CREATE TABLE keyless (amount int);
  CREATE SEQUENCE ticket;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.seen := now(); RETURN NEW; END $$;
  CREATE FUNCTION do_things() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE orders SET note = 'x'; END $$;
  CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
  ALTER TABLE orders ADD CONSTRAINT orders_note CHECK (note IS NOT NULL) NOT VALID;
  ALTER TABLE orders ADD CONSTRAINT orders_ref_present CHECK (ref IS NOT NULL);
  CREATE UNIQUE INDEX orders_note_once ON orders (note);
  CREATE UNIQUE INDEX orders_ref_once ON orders (ref);
  CREATE ROLE reader;
`;

export function source(sql: string, file: string, number: string): LintSource {
  return { file, number, ...headerOf(sql) };
}

export interface LintRun {
  live?: string;
  target?: number;
  advice?: boolean;
}

/** Files after {@link LIVE}, which is applied and full of rows. */
export async function lint(files: string[], run: LintRun = {}): Promise<LintedFile[]> {
  const { live = LIVE, target = 18, advice = false } = run;
  const judged = files.map((sql, index) => source(sql, `00${index + 2}_x.sql`, String(index + 2)));
  return lintSources([source(live, '001_live.sql', '1')], judged, { target, advice });
}

/** `level rule` of everything that stands, in the order of the lines. */
export async function found(sql: string | string[], run?: LintRun): Promise<string[]> {
  const files = await lint([sql].flat(), run);
  return files.flatMap(({ findings }) =>
    standing(findings).map(({ level, rule }) => `${level} ${rule}`),
  );
}

export const NONE = '-- migrate: transaction=none\n';
