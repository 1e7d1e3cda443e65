import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { testServer } from '@fusion-prime/testing';
import {
  DatabaseConnector,
  DatabaseHealthIndicator,
  DatabaseModule,
  type DatabaseModuleOptions,
  DatabaseReadiness,
  PoolGauge,
  Transactions,
  classifyDatabaseError,
} from '../src/index.js';
import { PracticeDatabase, WidgetEntity, WidgetEventEntity } from './practice-database.js';
import { SwitchableProxy } from './switchable-proxy.js';

let database: PracticeDatabase;
let proxy: SwitchableProxy;
let app: INestApplicationContext;
let lines: { facts: Readonly<Record<string, unknown>>; message: string }[];

beforeAll(async () => {
  database = await PracticeDatabase.create();
});
afterAll(() => database.drop());
beforeEach(async () => {
  proxy = await SwitchableProxy.reserve(testServer().port);
});
afterEach(async () => {
  await app.close();
  await proxy.cut();
});

async function boot(options: Partial<DatabaseModuleOptions> = {}): Promise<DatabaseConnector> {
  lines = [];
  const write = (facts: Readonly<Record<string, unknown>>, message: string): void => {
    lines.push({ facts, message });
  };
  const url = database.url().replace(`:${testServer().port}/`, `:${proxy.port}/`);
  const module = DatabaseModule.forRoot({
    service: 'settlement',
    config: database.config(url, { DB_CONNECT_TIMEOUT_MS: '500', DB_STATEMENT_TIMEOUT_MS: '1000' }),
    production: false,
    entities: [WidgetEntity, WidgetEventEntity],
    migrationsLock: database.lockFile(),
    log: { info: write, warn: write, error: write },
    ...options,
  });
  app = await NestFactory.createApplicationContext(module, { logger: false });
  return app.get(DatabaseConnector);
}

const check = () => app.get(DatabaseReadiness).check();
const insert = () =>
  app.get(Transactions).run((tx) => tx.getRepository(WidgetEventEntity).insert({ body: 'x' }));

/** Polls until readiness says so; the bound is the promise that is tested. */
async function readyIs(ok: boolean, withinMs: number): Promise<void> {
  const startedAt = performance.now();
  while ((await check()).ok !== ok) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > withinMs) throw new Error(`ready was not ${ok} within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function noSessionsAreLeft(): Promise<void> {
  const sessions = `SELECT FROM pg_stat_activity WHERE usename = '${database.app}'`;
  for (let left = 1, tries = 0; left > 0; tries += 1) {
    left = (await database.sql(sessions)).length;
    if (tries === 200) throw new Error(`${left} sessions left`);
  }
}

describe('a service without its database', () => {
  it('boots, says why it is not ready, and refuses work as unavailable', async () => {
    const connector = await boot();
    const starting = connector.start();
    expect(app.get(DataSource).hasMetadata(WidgetEntity)).toBe(true);
    expect(connector.connected).toBe(false);
    expect(await check()).toMatchObject({
      ok: false,
      connectivity: { ok: false },
      tables: { ok: false },
    });
    expect((await check()).reasons[0]?.code).toBe('DB_UNREACHABLE');
    expect(classifyDatabaseError(await insert().catch((error: unknown) => error))).toBe(
      'unavailable',
    );
    await expect(insert()).rejects.toThrow('has not answered since this process started');
    const direct = app.get(DataSource).query('SELECT 1');
    expect(classifyDatabaseError(await direct.catch((error: unknown) => error))).toBe(
      'unavailable',
    );

    const openedAt = performance.now();
    await proxy.open();
    await starting;
    expect(await check()).toMatchObject({ ok: true, reasons: [], pool: { max: 30 } });
    expect(performance.now() - openedAt).toBeLessThan(1_000);
    await insert();
  });

  it('writes one line when it is connected, without the password', async () => {
    const connector = await boot();
    await proxy.open();
    await connector.start();
    const connected = lines.filter((line) => line.message === 'database connected');
    expect(connected).toEqual([
      {
        message: 'database connected',
        facts: {
          event: 'database connected',
          service: 'settlement',
          engine: 'PostgreSQL',
          version: expect.stringMatching(/^1[5-8]\./),
          hostKind: 'tcp',
          database: database.name,
          role: database.app,
          databaseUuid: expect.any(String),
        },
      },
    ]);
  });

  it('gives up after its deadline with exit code 69', async () => {
    await boot();
    const connector = new DatabaseConnector({
      dataSource: app.get(DataSource),
      config: database.config(database.url().replace(/:\d+\//, `:${proxy.port}/`)),
      expected: { service: 'settlement', production: false },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      deadlineMs: 300,
    });
    await expect(connector.start()).rejects.toMatchObject({
      reason: 'DB_UNREACHABLE',
      exitCode: 69,
    });
  });

  it('stops waiting when it is told to', async () => {
    const connector = await boot();
    const starting = connector.start();
    await connector.stop();
    await expect(starting).resolves.toBeUndefined();
  });
});

describe('a permanent fault ends the start at once', () => {
  it.each<[string, Partial<DatabaseModuleOptions>, string, number]>([
    ["another service's database", { service: 'alert' }, 'DB_IDENTITY_MISMATCH', 78],
    ['another environment', { environment: 'production' }, 'DB_IDENTITY_MISMATCH', 78],
    ['a server that loses writes, in production', { production: true }, 'DB_NOT_DURABLE', 78],
  ])('%s', async (_, options, reason, exitCode) => {
    await proxy.open();
    const connector = await boot(options);
    const startedAt = performance.now();
    await expect(connector.start()).rejects.toMatchObject({ reason, exitCode, permanent: true });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(app.get(DataSource).isInitialized).toBe(false);
  });
});

it('leaves no session behind when TypeORM cannot use the connection that was checked', async () => {
  await proxy.open();
  await database.sql('REVOKE EXECUTE ON FUNCTION current_schema() FROM PUBLIC');
  const starting = (await boot()).start();
  await expect(starting).rejects.toMatchObject({ reason: 'DB_AUTH' });
  await database.sql('GRANT EXECUTE ON FUNCTION current_schema() TO PUBLIC');
  await noSessionsAreLeft();
});

describe('a connected service', () => {
  it('stays up when the database goes away, and serves again when it returns', async () => {
    await proxy.open();
    const connector = await boot();
    await connector.start();
    await insert();
    await readyIs(true, 0);
    await proxy.cut();
    await readyIs(false, 2_000);
    expect(connector.connected).toBe(true);
    expect(classifyDatabaseError(await insert().catch((error: unknown) => error))).toBe(
      'unavailable',
    );
    await proxy.open();
    await readyIs(true, 2_000);
    await insert();
  });

  it('answers probes within a second while the network swallows everything', async () => {
    await proxy.open();
    await (await boot()).start();
    await readyIs(true, 0);
    proxy.swallow = true;
    await readyIs(false, 2_000);
    const startedAt = performance.now();
    expect((await check()).reasons[0]?.code).toBe('DB_UNREACHABLE');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    proxy.swallow = false;
    await readyIs(true, 3_000);
  });

  it('never ends because the schema is behind, and heals when the migration arrives', async () => {
    await proxy.open();
    await database.sql(
      'DROP SCHEMA migrator CASCADE; ALTER TABLE widget_events RENAME TO elsewhere',
    );
    await (await boot()).start();
    expect((await check()).reasons.map(({ code }) => code)).toEqual([
      'MIGRATIONS_NEVER_APPLIED',
      'TABLE_MISSING',
    ]);
    await database.sql(
      `SET ROLE ${database.owner}; ${database.migratorSql}; ALTER TABLE elsewhere RENAME TO widget_events; RESET ROLE`,
    );
    await readyIs(true, 2_000);
  });

  it('shows itself in the shape of terminus', async () => {
    await proxy.open();
    const connector = await boot();
    const indicator = app.get(DatabaseHealthIndicator);
    expect(await indicator.startup()).toMatchObject({ database: { status: 'down' } });
    await connector.start();
    expect(await indicator.ready()).toMatchObject({
      database: {
        status: 'up',
        overall_healthy: true,
        connectivity: { ok: true, error: null },
        tables: { ok: true, missing: [] },
        indexes: { ok: true, missing: [], invalid: [] },
        migrations: { ok: true, current: '2 add_events', pending: [] },
      },
    });
    expect(await indicator.startup()).toMatchObject({ database: { status: 'up' } });
  });

  it('leaves no session behind when it is closed', async () => {
    await proxy.open();
    await (await boot()).start();
    await Promise.all([check(), insert(), insert()]);
    expect(app.get(PoolGauge).total).toBeGreaterThan(0);
    await app.close();
    await noSessionsAreLeft();
  });
});
