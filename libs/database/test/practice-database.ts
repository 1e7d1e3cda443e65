import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  Check,
  Column,
  Entity,
  Index,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';
import { Environment } from '@fusion-prime/kernel';
import { testServer } from '@fusion-prime/testing';
import { type DatabaseConfig, readDatabaseConfig } from '../src/index.js';

/** A table with one of everything that readiness looks for. */
@Entity('widgets')
@Unique('widgets_label_key', ['label'])
@Check('widgets_weight_positive', 'weight > 0')
@Index('widgets_color_idx', ['color'])
export class WidgetEntity {
  @PrimaryColumn({ name: 'widget_id', type: 'uuid', primaryKeyConstraintName: 'widgets_pkey' })
  widgetId!: string;
  @Column({ type: 'text' })
  label!: string;
  @Column({ type: 'text', nullable: true })
  color!: string | null;
  @Column({ type: 'numeric', precision: 38, scale: 18 })
  weight!: string;
}

@Entity('widget_events')
export class WidgetEventEntity {
  @PrimaryGeneratedColumn({ name: 'event_id', type: 'bigint' })
  eventId!: string;
  @Column({ type: 'text' })
  body!: string;
}

const SHA = 'a'.repeat(64);
export const LOCK_TEXT = `# practice\n001 create_widgets ${SHA}\n002 add_events ${SHA}\n`;

const TABLES_SQL = `
  CREATE TABLE widgets (
    widget_id uuid CONSTRAINT widgets_pkey PRIMARY KEY,
    label text NOT NULL CONSTRAINT widgets_label_key UNIQUE,
    color text, weight numeric(38,18) NOT NULL CONSTRAINT widgets_weight_positive CHECK (weight > 0));
  CREATE INDEX widgets_color_idx ON widgets (color);
  CREATE TABLE widget_events (event_id bigserial PRIMARY KEY, body text NOT NULL)`;

// The shape that libs/migrator makes, cut to what readiness reads.
const MIGRATOR_SQL = `
  CREATE SCHEMA migrator;
  CREATE TABLE migrator.identity (singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton), service text NOT NULL,
    database_uuid uuid NOT NULL, environment text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE migrator.history (seq bigint PRIMARY KEY, number numeric(20) NOT NULL, name text NOT NULL,
    direction text NOT NULL, status text NOT NULL, sha256 char(64) NOT NULL)`;

export interface PracticeOptions {
  service?: string;
  /** Leaves schema migrator out: `fp` never ran here. */
  withoutMigrator?: boolean;
  /** More of CREATE DATABASE, such as an encoding. */
  createOptions?: string;
}

/** A database of its own on the run's server, with an owner and an app role, made by plain SQL. */
export class PracticeDatabase {
  readonly name: string;
  readonly owner: string;
  readonly app: string;
  readonly directory = mkdtempSync(join(tmpdir(), 'practice-'));
  private admin!: pg.Client;

  private constructor(readonly service: string) {
    const id = randomBytes(5).toString('hex');
    [this.name, this.owner, this.app] = [`practice_${id}`, `owner_${id}`, `app_${id}`];
  }

  static async create(options: PracticeOptions = {}): Promise<PracticeDatabase> {
    const database = new PracticeDatabase(options.service ?? 'settlement');
    const { name, owner, app } = database;
    const root = await connect(testServer().adminUrl);
    await root.query(
      `CREATE ROLE ${owner} LOGIN PASSWORD 'owner'; CREATE ROLE ${app} LOGIN PASSWORD 'app'`,
    );
    await root.query(`CREATE DATABASE ${name} OWNER ${owner} ${options.createOptions ?? ''}`);
    await root.query(
      `REVOKE CONNECT, TEMPORARY ON DATABASE ${name} FROM PUBLIC; GRANT CONNECT ON DATABASE ${name} TO ${app}`,
    );
    await root.end();
    database.admin = await connect(database.adminUrl);
    const migrator = options.withoutMigrator === true ? 'SELECT 1' : database.migratorSql;
    await database.sql(
      `SET ROLE ${owner}; ${TABLES_SQL}; ${database.grantSql}; ${migrator}; RESET ROLE`,
    );
    return database;
  }

  get grantSql(): string {
    return `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${this.app};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${this.app}`;
  }

  /** Also the repair for a dropped schema migrator. */
  get migratorSql(): string {
    return `${MIGRATOR_SQL}; GRANT USAGE ON SCHEMA migrator TO ${this.app};
      GRANT SELECT ON ALL TABLES IN SCHEMA migrator TO ${this.app};
      INSERT INTO migrator.identity VALUES (true, '${this.service}', gen_random_uuid(), 'test');
      INSERT INTO migrator.history VALUES (1, 1, 'create_widgets', 'up', 'applied', '${SHA}'), (2, 2, 'add_events', 'up', 'applied', '${SHA}')`;
  }

  get adminUrl(): string {
    return withPath(testServer().adminUrl, this.name);
  }

  url(user: string = this.app, password = 'app', database = this.name): string {
    const { host, port } = testServer();
    return `postgresql://${user}:${password}@${host}:${port}/${database}`;
  }

  get ownerUrl(): string {
    return this.url(this.owner, 'owner');
  }

  /** As the superuser, in this database. */
  async sql(text: string): Promise<Record<string, unknown>[]> {
    const answer = await this.admin.query<Record<string, unknown>>(text);
    return answer.rows;
  }

  config(url = this.url(), vars: Record<string, string> = {}): DatabaseConfig {
    return configOf({ DATABASE_URL: url, ...vars });
  }

  lockFile(text = LOCK_TEXT): string {
    const file = join(this.directory, 'migrations.lock');
    writeFileSync(file, text);
    return file;
  }

  async drop(): Promise<void> {
    await this.admin.end();
    const root = await connect(testServer().adminUrl);
    await root.query(`DROP DATABASE ${this.name} WITH (FORCE)`);
    await root.query(`DROP ROLE ${this.owner}; DROP ROLE ${this.app}`);
    await root.end();
    rmSync(this.directory, { recursive: true });
  }
}

export function configOf(
  vars: Record<string, string>,
  readFile: (path: string) => string = () => '',
): DatabaseConfig {
  const env = new Environment(vars, readFile);
  const config = readDatabaseConfig(env, 'service-development');
  env.finish();
  if (config === undefined) throw new Error('a configuration without problems is a configuration');
  return config;
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

function withPath(url: string, path: string): string {
  const changed = new URL(url);
  changed.pathname = `/${path}`;
  return changed.href;
}
