import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { connectClient } from '../src/connection/connect-client.js';
import { buildMetadata, createDataSource } from '../src/connection/create-data-source.js';
import { PoolGauge } from '../src/health/pool-gauge.js';
import { DatabaseReadiness, type ReadinessParts } from '../src/health/readiness.js';
import { requiredTables } from '../src/health/required-tables.js';
import { readMigrationsLock } from '../src/migrations-lock.js';
import { PracticeDatabase, WidgetEntity, WidgetEventEntity } from './practice-database.js';

let database: PracticeDatabase;
let dataSource: DataSource;
let readiness: DatabaseReadiness;

beforeAll(async () => {
  database = await PracticeDatabase.create();
  const spec = { service: 'settlement', entities: [WidgetEntity, WidgetEventEntity] };
  dataSource = createDataSource(database.config(), spec);
  await buildMetadata(dataSource);
});
afterAll(() => database.drop());
afterEach(() => readiness.stop());

function make(extra: Partial<ReadinessParts> = {}, environment?: string): DatabaseReadiness {
  const lock = readMigrationsLock(database.lockFile());
  return new DatabaseReadiness({
    target: database.config().target,
    connector: { connected: true, lastFault: undefined },
    pool: new PoolGauge(dataSource, 30),
    rules: () => ({
      service: 'settlement',
      environment,
      production: false,
      lock,
      tables: requiredTables(dataSource),
    }),
    ...extra,
  });
}

/** A clock that outruns the cache: every check asks the database. */
function hurriedClock(): () => number {
  let now = 0;
  return () => (now += 1_000);
}

describe('readiness names what is wrong and heals without a restart', () => {
  beforeEach(() => {
    readiness = make({ now: hurriedClock() });
  });

  const asOwner = (text: string): string => `SET ROLE ${database.owner}; ${text}; RESET ROLE`;
  // [what happens, the SQL that does it, the SQL that mends it, the reasons]
  const faults: [string, () => string, () => string, string[]][] = [
    [
      'a dropped table',
      () => 'DROP TABLE widget_events',
      () =>
        asOwner(
          `CREATE TABLE widget_events (event_id bigserial PRIMARY KEY, body text NOT NULL); ${database.grantSql}`,
        ),
      ['TABLE_MISSING widget_events'],
    ],
    [
      'a dropped column',
      () => 'ALTER TABLE widget_events RENAME body TO text',
      () => 'ALTER TABLE widget_events RENAME text TO body',
      ['COLUMN_MISSING widget_events.body'],
    ],
    [
      'a dropped index',
      () => 'DROP INDEX widgets_color_idx',
      () => 'CREATE INDEX widgets_color_idx ON widgets (color)',
      ['INDEX_MISSING widgets.widgets_color_idx'],
    ],
    [
      'an INVALID index',
      () =>
        `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'widgets_color_idx'::regclass`,
      () => 'REINDEX INDEX widgets_color_idx',
      ['INDEX_INVALID widgets.widgets_color_idx'],
    ],
    [
      'a dropped unique constraint',
      () => 'ALTER TABLE widgets DROP CONSTRAINT widgets_label_key',
      () => 'ALTER TABLE widgets ADD CONSTRAINT widgets_label_key UNIQUE (label)',
      ['CONSTRAINT_MISSING widgets.widgets_label_key'],
    ],
    [
      'a dropped check',
      () => 'ALTER TABLE widgets DROP CONSTRAINT widgets_weight_positive',
      () => 'ALTER TABLE widgets ADD CONSTRAINT widgets_weight_positive CHECK (weight > 0)',
      ['CONSTRAINT_MISSING widgets.widgets_weight_positive'],
    ],
    [
      'a dropped primary key without a stated name',
      () => 'ALTER TABLE widget_events DROP CONSTRAINT widget_events_pkey',
      () => 'ALTER TABLE widget_events ADD PRIMARY KEY (event_id)',
      ['CONSTRAINT_MISSING widget_events.(primary key)'],
    ],
    [
      'a revoked grant',
      () => `REVOKE INSERT, DELETE ON widgets FROM ${database.app}`,
      () => database.grantSql,
      ['GRANT_MISSING INSERT on widgets', 'GRANT_MISSING DELETE on widgets'],
    ],
    [
      'a revoked sequence',
      () => `REVOKE USAGE ON SEQUENCE widget_events_event_id_seq FROM ${database.app}`,
      () => database.grantSql,
      ['GRANT_MISSING USAGE on sequence widget_events_event_id_seq'],
    ],
    [
      'a closed schema',
      () => 'REVOKE USAGE ON SCHEMA public FROM PUBLIC',
      () => 'GRANT USAGE ON SCHEMA public TO PUBLIC',
      ['GRANT_MISSING USAGE on schema public'],
    ],
    [
      'a closed history',
      () => `REVOKE USAGE ON SCHEMA migrator FROM ${database.app}`,
      () => `GRANT USAGE ON SCHEMA migrator TO ${database.app}`,
      ['GRANT_MISSING SELECT on migrator.identity', 'GRANT_MISSING SELECT on migrator.history'],
    ],
    [
      'no schema migrator',
      () => 'DROP SCHEMA migrator CASCADE',
      () => asOwner(database.migratorSql),
      ['MIGRATIONS_NEVER_APPLIED schema migrator'],
    ],
    [
      'an empty history',
      () => `UPDATE migrator.history SET direction = 'down'`,
      () => `UPDATE migrator.history SET direction = 'up'`,
      ['MIGRATIONS_NEVER_APPLIED undefined'],
    ],
    [
      'a pending migration',
      () =>
        `INSERT INTO migrator.history SELECT 9, 2, name, 'down', 'applied', sha256 FROM migrator.history WHERE seq = 2`,
      () => 'DELETE FROM migrator.history WHERE seq = 9',
      ['MIGRATIONS_PENDING 2 add_events'],
    ],
    [
      'a migration that started and did not end',
      () => `UPDATE migrator.history SET status = 'started' WHERE seq = 2`,
      () => `UPDATE migrator.history SET status = 'applied' WHERE seq = 2`,
      ['MIGRATIONS_PENDING 2 add_events'],
    ],
    [
      'an edited migration',
      () => `UPDATE migrator.history SET sha256 = repeat('b', 64) WHERE seq = 1`,
      () => `UPDATE migrator.history SET sha256 = repeat('a', 64) WHERE seq = 1`,
      ['MIGRATION_CHECKSUM 1 create_widgets'],
    ],
    [
      "another service's database",
      () => `UPDATE migrator.identity SET service = 'alert'`,
      () => `UPDATE migrator.identity SET service = 'settlement'`,
      ['DB_IDENTITY_MISMATCH database'],
    ],
    [
      'a read-only database',
      () => `ALTER DATABASE ${database.name} SET default_transaction_read_only = on`,
      () =>
        `SET default_transaction_read_only = off; ALTER DATABASE ${database.name} RESET default_transaction_read_only`,
      ['DB_READ_ONLY database'],
    ],
    [
      'a read-only role',
      () => `ALTER ROLE ${database.app} SET default_transaction_read_only = on`,
      () => `ALTER ROLE ${database.app} RESET default_transaction_read_only`,
      ['DB_READ_ONLY database'],
    ],
    [
      'a role that became an owner',
      () => `GRANT ${database.owner} TO ${database.app}`,
      () => `REVOKE ${database.owner} FROM ${database.app}`,
      ['DB_ROLE_TOO_STRONG role'],
    ],
  ];

  it.each(faults)('%s', async (_, damage, mend, expected) => {
    expect((await readiness.check()).reasons).toEqual([]);
    await database.sql(damage());
    const broken = await readiness.check();
    const stated = expected.map((each) =>
      each.replace(/ database$/, ` ${database.name}`).replace(/ role$/, ` ${database.app}`),
    );
    expect(broken.reasons.map(({ code, object }) => `${code} ${object}`)).toEqual(stated);
    expect(broken).toMatchObject({ ok: false, overall_healthy: false, connectivity: { ok: true } });

    await database.sql(mend());
    // The second look is on a fresh session, where the default no longer is read-only.
    await readiness.check();
    expect(await readiness.check()).toMatchObject({ ok: true, reasons: [], overall_healthy: true });
  });

  it('is content with a database that is ahead of this build', async () => {
    await database.sql(
      `INSERT INTO migrator.history VALUES (10, 3, 'future', 'up', 'applied', repeat('c', 64))`,
    );
    const { ok, migrations } = await readiness.check();
    expect(ok).toBe(true);
    expect(migrations).toMatchObject({
      ok: true,
      state: 'ahead',
      current: '3 future',
      ahead: ['3 future'],
      pending: [],
    });
    await database.sql('DELETE FROM migrator.history WHERE seq = 10');
  });

  it('takes the word before, when what was started has failed and was undone', async () => {
    await database.sql(`
      INSERT INTO migrator.history VALUES
        (20, 2, 'add_events', 'down', 'started', repeat('a', 64)),
        (21, 2, 'add_events', 'down', 'failed', repeat('a', 64))`);
    const health = await readiness.check();
    expect(health.migrations).toMatchObject({ state: 'current', pending: [] });
    await database.sql('DELETE FROM migrator.history WHERE seq IN (20, 21)');
  });

  it('refuses another environment than FP_ENV', async () => {
    await readiness.stop();
    readiness = make({ now: hurriedClock() }, 'production');
    const { reasons } = await readiness.check();
    expect(reasons.map((each) => each.code)).toEqual(['DB_IDENTITY_MISMATCH']);
  });

  it('heals after its own backend was killed', async () => {
    await readiness.check();
    await database.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'settlement-readiness'`,
    );
    await readiness.check();
    expect((await readiness.check()).ok).toBe(true);
  });

  it('heals also when its own session began read-only', async () => {
    await database.sql(`ALTER ROLE ${database.app} SET default_transaction_read_only = on`);
    expect((await readiness.check()).reasons.map((each) => each.code)).toEqual(['DB_READ_ONLY']);
    await database.sql(`ALTER ROLE ${database.app} RESET default_transaction_read_only`);
    expect((await readiness.check()).ok).toBe(true);
  });

  it('keeps its deadline when connecting and asking are both slow', async () => {
    const slowly: ReadinessParts['connect'] = async (target, options) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return connectClient(target, options);
    };
    readiness = make({ connect: slowly });
    await database.sql('BEGIN; LOCK TABLE migrator.history IN ACCESS EXCLUSIVE MODE');
    const startedAt = performance.now();
    const { connectivity } = await readiness.check();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(connectivity.error).toBe('no answer within 800 ms');
    await database.sql('ROLLBACK');
  });

  it('answers within its deadline while a lock blocks the catalogue', async () => {
    await readiness.check();
    await database.sql('BEGIN; LOCK TABLE migrator.history IN ACCESS EXCLUSIVE MODE');
    const startedAt = performance.now();
    const health = await readiness.check();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(health.reasons.map((each) => each.code)).toEqual(['DB_UNREACHABLE']);
    await database.sql('ROLLBACK');
    expect((await readiness.check()).ok).toBe(true);
  });
});

describe('readiness is cheap', () => {
  const queries: string[] = [];
  const countingConnect: ReadinessParts['connect'] = async (target, options) => {
    const client = await connectClient(target, options);
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      queries.push(String(args[0]));
      return query(...args);
    }) as pg.Client['query'];
    return client;
  };

  it('makes one query out of 1,000 concurrent checks, and one a second out of a stream of them', async () => {
    readiness = make({ connect: countingConnect });
    queries.length = 0;
    const healths = await Promise.all(Array.from({ length: 1_000 }, () => readiness.check()));
    expect(healths.every((health) => health.ok)).toBe(true);
    expect(queries).toHaveLength(1);

    const startedAt = performance.now();
    while (performance.now() - startedAt < 2_500) {
      await readiness.check();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(queries).toHaveLength(3);
  });

  it('makes one query also while schema migrator is missing', async () => {
    const bare = await PracticeDatabase.create({ withoutMigrator: true });
    readiness = make({ connect: countingConnect, target: bare.config().target });
    queries.length = 0;
    const { reasons } = await readiness.check();
    expect(reasons.map((each) => each.code)).toEqual(['MIGRATIONS_NEVER_APPLIED']);
    expect(queries).toHaveLength(1);
    await readiness.stop();
    await bare.drop();
  });

  it('remembers that startup was good once', async () => {
    readiness = make({ now: hurriedClock() });
    expect((await readiness.startup()).ok).toBe(true);
    await database.sql('ALTER TABLE widgets RENAME TO gadgets');
    expect((await readiness.check()).ok).toBe(false);
    expect((await readiness.startup()).ok).toBe(true);
    await database.sql('ALTER TABLE gadgets RENAME TO widgets');
  });

  it('is degraded, not down, after a write found the disk full', async () => {
    readiness = make();
    readiness.observe('storage-full');
    const { ok, degraded, reasons } = await readiness.check();
    expect({ ok, degraded, codes: reasons.map((each) => each.code) }).toEqual({
      ok: true,
      degraded: true,
      codes: ['STORAGE_FULL'],
    });
  });
});
