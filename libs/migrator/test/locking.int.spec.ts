import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { type FleetEvent, fleetStatus, fleetUp, LOCK_KEY } from '../src/index.js';
import { TestFleet, threeTables } from './fleet-fixture.js';

let fleet: TestFleet;
afterEach(() => fleet.drop());

const CHILD = join(import.meta.dirname, 'migrate-child.mjs');

describe('the lock', () => {
  it('held by somebody else is waited for, then refused, and its holder is named', async () => {
    fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
    const holder = await fleet.client('books', 'owner');
    await holder.query(
      `SET application_name = 'night shift'; SELECT pg_advisory_lock(${LOCK_KEY})`,
    );
    const events: FleetEvent[] = [];
    const report = await fleetUp(fleet.load(), {
      lockWaitMs: 300,
      reporter: (e) => events.push(e),
    });
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await holder.end();
    expect([report.exitCode, report.databases[0]?.problem?.code]).toEqual([8, 'LOCK_BUSY']);
    expect(report.databases[0]?.problem?.message).toContain(`pid ${rows[0]?.pid} (night shift`);
    expect(events.filter(({ type }) => type === 'lock-busy')).toHaveLength(1);
    expect(await fleet.tables('books')).toEqual([]);
  });

  it('that becomes free in time is taken', async () => {
    fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
    const holder = await fleet.client('books', 'owner');
    await holder.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
    const run = fleetUp(fleet.load(), {
      reporter: ({ type }) => void (type === 'lock-busy' && holder.end()),
    });
    expect((await run).exitCode).toBe(0);
  });

  it('that a migration lets go of is missed before anything is committed', async () => {
    const files = { '001_t.sql': 'CREATE TABLE t (id int); SELECT pg_advisory_unlock_all();' };
    fleet = await TestFleet.create([{ name: 'books', files }]);
    const report = await fleetUp(fleet.load());
    expect(report.exitCode).toBe(10);
    expect(report.databases[0]?.problem?.message).toContain('the lock was lost');
    expect(await fleet.tables('books')).toEqual([]);
  });

  it('lets three programs at once apply each migration once', async () => {
    const slow = (number: number): [string, string] => [
      `00${number}_slow.sql`,
      `CREATE TABLE t${number} (id int); SELECT pg_sleep(0.05);`,
    ];
    const files = Object.fromEntries([1, 2, 3, 4].map(slow));
    fleet = await TestFleet.create(['a', 'b', 'c'].map((name) => ({ name, files })));
    const codes = await Promise.all([runChild(), runChild(), runChild()]);
    expect(codes).toEqual([0, 0, 0]);
    for (const name of ['a', 'b', 'c']) {
      const expected = [1, 2, 3, 4].map((number) => `${number} up applied`);
      expect(await fleet.history(name)).toEqual(expected);
    }
  });
});

async function runChild(): Promise<number> {
  const child = spawn(process.execPath, [CHILD, fleet.file], {
    env: { ...process.env, ...fleet.vars },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

describe('a migration that is blocked', () => {
  const alter = { '001_t.sql': 'CREATE TABLE t (id int);' };

  async function blocked(): Promise<Awaited<ReturnType<TestFleet['client']>>> {
    fleet = await TestFleet.create([{ name: 'books', files: alter }]);
    await fleetUp(fleet.load());
    fleet.write(
      'books',
      '002_add.sql',
      'CREATE TABLE other (id int); ALTER TABLE t ADD COLUMN x int;',
    );
    const reader = await fleet.client('books', 'app');
    await reader.query(`SET application_name = 'long report'; BEGIN; SELECT * FROM t`);
    return reader;
  }

  it('is rolled back, tells who is in the way, and is tried again until the way is free', async () => {
    const reader = await blocked();
    const events: FleetEvent[] = [];
    const report = await fleetUp(fleet.load(), {
      lockTimeout: '200ms',
      reporter: (event) => {
        events.push(event);
        if (event.type === 'migration-blocked') void reader.end();
      },
    });
    expect(report.exitCode).toBe(0);
    const [event] = events.filter(({ type }) => type === 'migration-blocked');
    expect(event).toMatchObject({ sqlstate: '55P03', blockers: [{ application: 'long report' }] });
    expect((event as { blockers: { ageMs: number }[] }).blockers[0]?.ageMs).toBeGreaterThan(0);
    expect(report.databases[0]?.changed[0]?.retries).toBeGreaterThan(0);
    expect(await fleet.history('books')).toEqual(['1 up applied', '2 up applied']);
  });

  it('gives up when its budget is spent, and has killed nobody', async () => {
    const reader = await blocked();
    const report = await fleetUp(fleet.load(), { lockTimeout: '100ms', retryBudgetMs: 400 });
    expect([report.exitCode, report.databases[0]?.problem?.code]).toEqual([5, 'MIGRATION_FAILED']);
    expect(await fleet.tables('books')).not.toContain('other');
    expect((await reader.query('SELECT 1')).rowCount).toBe(1);
    await reader.end();
  });
});

describe('an interrupted run', () => {
  const files = {
    '001_t.sql': 'CREATE TABLE t (id int);',
    '002_slow.sql': 'CREATE TABLE u (id int); SELECT pg_sleep(60);',
  };

  it('cancels its statement, rolls back, reports and leaves the rest untouched', async () => {
    fleet = await TestFleet.create([
      { name: 'a', files },
      { name: 'b', files: threeTables },
    ]);
    const interruption = new AbortController();
    const start = performance.now();
    const report = await fleetUp(fleet.load(), {
      signal: interruption.signal,
      reporter: (event) => {
        const slow = event.type === 'migration-started' && event.migration.name === 'slow';
        if (slow) void sleep(100).then(() => interruption.abort());
      },
    });
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(report).toMatchObject({ exitCode: 143, failed: ['a'], untouched: ['b'] });
    expect(report.databases[0]?.problem?.code).toBe('INTERRUPTED');
    expect(await fleet.tables('a')).toEqual(['t']);
    expect(await fleet.history('a')).toEqual(['1 up applied', '2 up failed']);
    expect((await fleetStatus(fleet.load())).databases[0]).toMatchObject({
      applied: 1,
      state: 'pending',
    });
  });
});
