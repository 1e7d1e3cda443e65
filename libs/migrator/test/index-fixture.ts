import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FleetRunOptions, fleetUp } from '../src/index.js';
import type { TestFleet } from './fleet-fixture.js';

export const NAME = 'books';
export const INDEX = 'CREATE INDEX CONCURRENTLY t_page ON t (a, b) WHERE a > 0';
const BOUND_MS = 15_000;

/** A table, and an index on it that is built outside a transaction. */
export function withIndex(
  sql = INDEX,
  down = 'DROP INDEX CONCURRENTLY t_page',
): Record<string, string> {
  return {
    '001_t.sql':
      'CREATE TABLE t (a int, b text, gone int); INSERT INTO t SELECT i, i FROM generate_series(1, 9) i',
    '002_page.sql': `-- migrate: transaction=none\n${sql};`,
    '002_page_down.sql': `-- migrate: transaction=none\n${down};`,
  };
}

/** Holds a snapshot, and nothing else: a concurrent build must wait for it before it is valid. */
export async function oldTransaction(fleet: TestFleet, name = NAME): Promise<pg.Client> {
  const client = await fleet.client(name);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await client.query('SELECT 1');
  return client;
}

/** As an old report that reads the table: a DROP INDEX CONCURRENTLY must wait for it too. */
export async function oldReader(fleet: TestFleet): Promise<pg.Client> {
  const client = await oldTransaction(fleet);
  await client.query('SELECT count(*) FROM t');
  return client;
}

export async function until(what: string, truth: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + BOUND_MS;
  while (!(await truth())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${BOUND_MS} ms`);
    await sleep(25);
  }
}

/** The backend that builds an index and waits for the old transaction; its pid. */
export async function waitingBuilder(fleet: TestFleet, name = NAME): Promise<number> {
  let pid = 0;
  await until('a build that waits', async () => {
    const [row] = await fleet.query<{ pid: number }>(
      name,
      `SELECT pid FROM pg_stat_progress_create_index
       WHERE datname = current_database() AND phase = 'waiting for old snapshots'`,
    );
    pid = row?.pid ?? 0;
    return row !== undefined;
  });
  return pid;
}

/** The server loses the runner's connection while the index is half built: `started`, INVALID, and no end. */
export async function crash(fleet: TestFleet): Promise<void> {
  const old = await oldTransaction(fleet);
  const run = fleetUp(fleet.load());
  const pid = await waitingBuilder(fleet);
  await fleet.query(NAME, `SELECT pg_terminate_backend(${pid})`);
  await run;
  await old.end();
}

export async function up(fleet: TestFleet, options: FleetRunOptions = {}) {
  const report = await fleetUp(fleet.load(), options);
  const problem = report.databases[0]?.problem;
  const { code, message } = problem ?? {};
  return { exitCode: report.exitCode, code, message, run: report.databases[0] };
}

/** `valid`, `INVALID`, or undefined when there is none. */
export async function indexState(fleet: TestFleet, index = 't_page'): Promise<string | undefined> {
  const [row] = await fleet.query<{ state: string }>(
    NAME,
    `SELECT CASE WHEN indisvalid THEN 'valid' ELSE 'INVALID' END AS state
     FROM pg_index WHERE indexrelid = to_regclass('${index}')`,
  );
  return row?.state;
}

/** Status and note of the newest row. */
export async function lastRow(fleet: TestFleet): Promise<string> {
  const [row] = await fleet.query<{ line: string }>(
    NAME,
    `SELECT number || ' ' || direction || ' ' || status || coalesce(': ' || error, '') AS line
     FROM migrator.history ORDER BY seq DESC LIMIT 1`,
  );
  return row?.line ?? '';
}
