import { parseDatabaseUrl, type DatabaseTarget } from '@fusion-prime/database/connection';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  createDatabases,
  dropDatabases,
  type DatabaseSpec,
  type Fleet,
  loadFleet,
  lockMigrations,
} from '../src/index.js';

/** The run's server, as Jest's global setup left word of it. */
export function adminUrl(): string {
  const text = process.env['FP_TEST_SERVER'];
  if (text === undefined) throw new Error('no PostgreSQL for this test: see libs/testing');
  return (JSON.parse(text) as { adminUrl: string }).adminUrl;
}

/** Of the run's server: FP_TEST_POSTGRES may name another one than 18. */
export async function majorVersion(): Promise<number> {
  const client = new pg.Client({ connectionString: adminUrl() });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version`,
    );
    return rows[0]?.version ?? 0;
  } finally {
    await client.end();
  }
}

export function targetOf(url: string): DatabaseTarget {
  const rules = { audience: 'tool', allowLoopback: true, variable: 'TEST_URL' } as const;
  const { target, problems } = parseDatabaseUrl(url, rules);
  if (target === undefined) throw new Error(JSON.stringify(problems));
  return target;
}

export interface FleetEntry {
  name: string;
  dependsOn?: string[];
  /** File name → content. */
  files: Record<string, string>;
}

/** Real databases of a fleet, with SQL migrations in a folder of their own. */
export class TestFleet {
  readonly folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  readonly specs: DatabaseSpec[];
  readonly vars: Record<string, string> = { NODE_ENV: 'test' };
  private readonly id = randomBytes(4).toString('hex');

  constructor(
    private readonly entries: FleetEntry[],
    readonly environment = 'test',
    /** Another server than the run's. */
    private readonly server = adminUrl(),
  ) {
    const { host } = new URL(server);
    this.specs = entries.map(({ name }) => {
      const base = `m${this.id}_${name.replaceAll('-', '_')}`;
      const role = (kind: string) => ({ user: `${base}_${kind}`, password: `${kind}-secret` });
      return { service: name, database: base, owner: role('owner'), app: role('app') };
    });
    for (const { service, database, owner, app } of this.specs) {
      const url = ({ user, password }: typeof owner) =>
        `postgresql://${user}:${password}@${host}/${database}`;
      this.vars[variable(service, 'DATABASE_URL')] = url(app);
      this.vars[variable(service, 'MIGRATE_URL')] = url(owner);
    }
    for (const { name, files } of entries) {
      for (const [file, text] of Object.entries(files)) this.write(name, file, text);
    }
    writeFileSync(this.file, this.yaml());
  }

  static async create(
    entries: FleetEntry[],
    environment?: string,
    server?: string,
  ): Promise<TestFleet> {
    const fleet = new TestFleet(entries, environment, server);
    await createDatabases(targetOf(fleet.server), fleet.specs, { environment: fleet.environment });
    return fleet;
  }

  get file(): string {
    return join(this.folder, 'fleet.yaml');
  }

  load(vars: Record<string, string | undefined> = {}): Fleet {
    return loadFleet(this.file, { ...this.vars, ...vars });
  }

  migrations(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a migration file, and the lock with it. */
  write(name: string, file: string, text: string): void {
    mkdirSync(this.migrations(name), { recursive: true });
    writeFileSync(join(this.migrations(name), file), text);
    lockMigrations(this.migrations(name));
  }

  spec(name: string): DatabaseSpec {
    const found = this.specs.find(({ service }) => service === name);
    if (found === undefined) throw new Error(`no ${name} in this test`);
    return found;
  }

  urlOf(name: string, role: 'owner' | 'app' | 'admin' = 'admin'): string {
    const url = new URL(this.server);
    const spec = this.spec(name);
    url.pathname = `/${spec.database}`;
    if (role !== 'admin') [url.username, url.password] = [spec[role].user, spec[role].password];
    return url.href;
  }

  async client(name: string, role?: 'owner' | 'app' | 'admin'): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.urlOf(name, role) });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** As the superuser, on a connection of its own. */
  async query<T extends pg.QueryResultRow>(name: string, sql: string): Promise<T[]> {
    const client = await this.client(name);
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async tables(name: string): Promise<string[]> {
    const rows = await this.query<{ name: string }>(
      name,
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    return rows.map((row) => row.name);
  }

  /** `number status direction` of every row, oldest first. */
  async history(name: string): Promise<string[]> {
    const rows = await this.query<{ line: string }>(
      name,
      `SELECT number || ' ' || direction || ' ' || status AS line FROM migrator.history ORDER BY seq`,
    );
    return rows.map((row) => row.line);
  }

  async drop(): Promise<void> {
    await dropDatabases(
      targetOf(this.server),
      this.specs.map(({ database, owner, app }) => ({ database, roles: [app.user, owner.user] })),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }

  private yaml(): string {
    const lines = this.entries.map(({ name, dependsOn = [] }) =>
      [
        `  - name: ${name}`,
        `    database: ${this.spec(name).database}`,
        `    url: ${variable(name, 'DATABASE_URL')}`,
        `    migrateUrl: ${variable(name, 'MIGRATE_URL')}`,
        `    migrations: ./${name}`,
        `    dependsOn: [${dependsOn.join(', ')}]`,
      ].join('\n'),
    );
    return `version: 1\ndatabases:\n${lines.join('\n')}\n`;
  }
}

export function variable(name: string, kind: 'DATABASE_URL' | 'MIGRATE_URL'): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_${kind}`;
}

/** Three tables in three migrations, each with its way back. */
export const threeTables: Record<string, string> = Object.fromEntries(
  [1, 2, 3].flatMap((number) => [
    [`00${number}_t${number}.sql`, `CREATE TABLE t${number} (id int);`],
    [`00${number}_t${number}_down.sql`, `DROP TABLE t${number};`],
  ]),
);
