import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dropDatabases } from '@fusion-prime/migrator';
import pg from 'pg';
import { adminUrl, targetOf } from '../../../libs/migrator/test/fleet-fixture.js';
import { fpIn } from './fp-process.js';

const root = join(import.meta.dirname, '..', '..', '..');
const fp = fpIn(root);

interface Entry {
  name: string;
  database: string;
  url: string;
  migrateUrl: string;
}

/** An example's fleet, on databases of its own: the file and its migrations are as they are shipped. */
class Example {
  readonly file: string;
  readonly entries: Entry[];
  readonly vars: Record<string, string> = { FP_ADMIN_URL: adminUrl() };
  private readonly id = randomBytes(4).toString('hex');

  constructor(
    name: string,
    private readonly asyncpg: string[] = [],
  ) {
    this.file = join('examples', name, 'fleet.yaml');
    const { databases } = parse(readFileSync(join(root, this.file), 'utf8')) as {
      databases: Entry[];
    };
    this.entries = databases.filter(({ database }) => database !== 'none');
    for (const entry of this.entries) {
      this.vars[entry.url] = this.url(entry, 'app');
      this.vars[entry.migrateUrl] = this.url(entry, 'owner');
    }
  }

  fp = (...args: string[]) => fp([...args, '--fleet', this.file], { vars: this.vars });

  async query(name: string, sql: string): Promise<void> {
    const entry = this.entries.find((one) => one.name === name);
    const url = new URL(adminUrl());
    url.pathname = `/${this.databaseOf(entry?.database ?? '')}`;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.query(sql);
    await client.end();
  }

  async drop(): Promise<void> {
    const databases = this.entries.map(({ database }) => ({
      database: this.databaseOf(database),
      roles: [this.roleOf(database, 'app'), this.roleOf(database, 'owner')],
    }));
    await dropDatabases(targetOf(adminUrl()), databases);
  }

  private databaseOf = (database: string): string => `ex_${this.id}_${database}`;

  private roleOf = (database: string, kind: string): string =>
    `${this.databaseOf(database)}_${kind}`;

  private url({ name, database }: Entry, kind: 'app' | 'owner'): string {
    const scheme = this.asyncpg.includes(name) ? 'postgresql+asyncpg' : 'postgresql';
    const { host } = new URL(adminUrl());
    return `${scheme}://${this.roleOf(database, kind)}:example-only@${host}/${this.databaseOf(database)}`;
  }
}

interface Rows {
  databases: { name: string; state: string; applied: number; total: number; created?: boolean }[];
  withoutDatabase: string[];
}
const rowsOf = (json: unknown): Rows => json as Rows;

describe('rm-brain: nine databases, three of them with URLs of SQLAlchemy', () => {
  const example = new Example('rm-brain', ['cds-client', 'cds-document', 'cds-product']);
  afterAll(() => example.drop());

  it('is set up twice, and the second time everything is there', async () => {
    for (const created of [true, false]) {
      const { code, json } = await example.fp('databases', 'create', '--json');
      expect(code).toBe(0);
      expect(rowsOf(json).databases.map((one) => one.created)).toEqual(Array(9).fill(created));
    }
  });

  it('goes up everywhere, and lists the services that have no database', async () => {
    const { code, stdout } = await example.fp('migrate', 'up');
    expect(code).toBe(0);
    expect(stdout).toContain('no database: bff-service, cps-policy');
    const { json } = await example.fp('migrate', 'current', '--json');
    const { databases, withoutDatabase } = rowsOf(json);
    expect(databases.map(({ state }) => state)).toEqual(Array(9).fill('current'));
    expect(withoutDatabase).toEqual(['bff-service', 'cps-policy']);
  });

  it('shows one line for each of the eleven', async () => {
    const { stdout } = await example.fp('migrate', 'status');
    const [, ...lines] = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.filter((line) => line.includes('no database'))).toHaveLength(2);
    expect(lines.find((line) => line.startsWith('cds-document'))).toContain(
      '3 canonical_processed_events',
    );
  });

  it('goes one step back over all nine, and up again', async () => {
    expect((await example.fp('migrate', 'down', '--steps', '1')).code).toBe(0);
    const { json } = await example.fp('migrate', 'status', '--json');
    const applied = rowsOf(json).databases.map(({ name, applied: count }) => [name, count]);
    expect(Object.fromEntries(applied)).toEqual({
      ...Object.fromEntries(example.entries.map(({ name }) => [name, 0])),
      'cds-document': 2,
    });
    expect((await example.fp('migrate', 'up')).code).toBe(0);
  });

  it('knows where processed_events should be, and names the database that lacks it', async () => {
    expect((await example.fp('migrate', 'health')).code).toBe(0);
    await example.query('cds-task', 'DROP TABLE processed_events');
    const { code, json } = await example.fp('migrate', 'health', '--format', 'langsense', '--json');
    const health = json as unknown as Record<string, { tables: { missing: string[] } }>;
    expect(code).toBe(4);
    const lacking = Object.entries(health).filter(([, { tables }]) => tables.missing.length > 0);
    expect(lacking.map(([name, { tables }]) => [name, tables.missing])).toEqual([
      ['cds-task', ['public.processed_events']],
    ]);
  });
});

describe('langsense: one database, SQL files, the answers of its own tool', () => {
  const example = new Example('langsense');
  const ask = async (what: string) => {
    const { code, json } = await example.fp('migrate', what, '--format', 'langsense', '--json');
    return { code, json: json as Record<string, unknown> };
  };
  beforeAll(async () => {
    await example.fp('databases', 'create');
  });
  afterAll(() => example.drop());

  it('says what is pending, and after `up` that nothing is', async () => {
    const status = (current: string | null, pending: string[], applied: string[]) => ({
      initialized: true,
      current_version: current,
      pending_migrations: pending,
      applied_migrations: applied,
      schema_valid: true,
      schema_issues: [],
    });
    expect((await ask('status')).json).toEqual(status(null, ['1 initial_schema'], []));
    expect((await example.fp('migrate', 'up')).code).toBe(0);
    expect(await ask('status')).toEqual({ code: 0, json: status('1', [], ['1 initial_schema']) });
    expect(await ask('health')).toEqual({
      code: 0,
      json: {
        connectivity: true,
        tables: { healthy: true, missing: [] },
        indexes: { healthy: true, missing: [], invalid: [] },
        overall_healthy: true,
      },
    });
  });

  it('names the table and the index that somebody has dropped', async () => {
    await example.query('langsense', 'DROP TABLE settings; DROP INDEX outbox_next_retry_at_idx');
    const { code, json } = await ask('health');
    expect(code).toBe(4);
    expect(json).toMatchObject({
      tables: { healthy: false, missing: ['public.settings'] },
      indexes: { healthy: false, missing: ['public.outbox_next_retry_at_idx'] },
      overall_healthy: false,
    });
    const status = (await ask('status')).json;
    expect(status['schema_valid']).toBe(false);
    expect(status['schema_issues']).toEqual(
      expect.arrayContaining([expect.stringContaining('public.settings')]),
    );
  });
});
