import { createRequire } from 'node:module';
import type pg from 'pg';
import type { QueryRunner } from 'typeorm';

/** Sends one query on the engine's own connection, with the engine's checks around it. */
export type Send = (sql: string, parameters?: unknown[]) => Promise<pg.QueryResult>;

/**
 * The QueryRunner that a migration class gets. `query()` goes straight to the engine's connection; any
 * other member builds TypeORM's own runner around the same connection, the first time one is asked for:
 * loading TypeORM costs more than most migrations.
 */
export function engineQueryRunner(client: pg.Client, send: Send): QueryRunner {
  let real: QueryRunner | undefined;
  const query = async (sql: string, parameters?: unknown[], structured = false): Promise<unknown> =>
    shape(await send(sql, parameters), structured);
  return new Proxy({} as QueryRunner, {
    get(_, member) {
      if (member === 'query') return query;
      // A promise resolved with this object must not take it for a promise.
      if (member === 'then') return undefined;
      real ??= typeormRunner(client, query);
      const value: unknown = Reflect.get(real, member);
      return typeof value === 'function' ? (value as (...a: never[]) => unknown).bind(real) : value;
    },
    set(_, member, value) {
      real ??= typeormRunner(client, query);
      return Reflect.set(real, member, value);
    },
  });
}

/** The answer as TypeORM's PostgreSQL driver shapes it. */
function shape(result: pg.QueryResult, structured: boolean): unknown {
  const { rows, rowCount, command } = result;
  const raw = command === 'DELETE' || command === 'UPDATE' ? [rows, rowCount] : rows;
  return structured ? { raw, records: rows, affected: rowCount ?? undefined } : raw;
}

type Mutable = Record<string, unknown>;

/**
 * TypeORM's runner inside the transaction that the engine has opened: its own startTransaction becomes a
 * savepoint, and nothing it does can reach another connection.
 */
function typeormRunner(client: pg.Client, query: unknown): QueryRunner {
  const { DataSource } = createRequire(import.meta.url)('typeorm') as typeof import('typeorm');
  const dataSource = new DataSource({ type: 'postgres', entities: [], synchronize: false });
  const driver = dataSource.driver as unknown as Mutable;
  const { database } = client as unknown as { database: string };
  // What initialize() would ask the server for; every supported version has generated columns.
  Object.assign(driver, { database, schema: 'public', searchSchema: 'public', version: '15.0' });
  driver['isGeneratedColumnsSupported'] = true;
  const runner = dataSource.createQueryRunner();
  Object.assign(runner as unknown as Mutable, {
    databaseConnection: client,
    query,
    isTransactionActive: true,
    transactionDepth: 1,
    release: () => Promise.resolve(),
  });
  return runner;
}
