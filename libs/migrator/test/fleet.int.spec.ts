import { afterEach, describe, expect, it } from '@jest/globals';
import { fleetDown, fleetStatus, fleetUp, type FleetRunReport } from '../src/index.js';
import { type FleetEntry, TestFleet, threeTables } from './fleet-fixture.js';

let fleet: TestFleet;
afterEach(() => fleet.drop());

const names = ['a', 'b', 'c', 'd', 'e'];
const failing = { ...threeTables, '004_bad.sql': 'CREATE TABLE t4 (id int); SELECT 1 / 0;' };

async function five(change: Partial<Record<string, Partial<FleetEntry>>> = {}): Promise<void> {
  const entries = names.map((name) => ({ name, files: threeTables, ...change[name] }));
  fleet = await TestFleet.create(entries);
}

async function untouched(name: string): Promise<boolean> {
  return (await fleet.tables(name)).length === 0 && (await fleet.history(name)).length === 0;
}

const codes = (report: FleetRunReport): (string | undefined)[] =>
  report.databases.map(({ problem }) => problem?.code);

describe('a fleet', () => {
  it('is migrated in turn, in the order of its dependencies', async () => {
    await five({ a: { dependsOn: ['e'] } });
    const order: string[] = [];
    const report = await fleetUp(fleet.load(), {
      reporter: (event) => event.type === 'database-done' && order.push(event.database),
    });
    expect(report).toMatchObject({ exitCode: 0, failed: [], untouched: [], next: null });
    expect(order).toEqual(['b', 'c', 'd', 'e', 'a']);
  });

  it('stops at a failing third of five: two done, the third as it was, the rest untouched', async () => {
    await five({ c: { files: failing } });
    const report = await fleetUp(fleet.load());
    expect(report).toMatchObject({
      exitCode: 6,
      done: ['a', 'b'],
      failed: ['c'],
      untouched: ['d', 'e'],
      next: 'fp migrate up --only c,d,e',
    });
    expect(await fleet.tables('b')).toEqual(['t1', 't2', 't3']);
    expect(await fleet.tables('c')).toEqual(['t1', 't2', 't3']);
    expect((await fleet.history('c')).at(-1)).toBe('4 up failed');
    expect([await untouched('d'), await untouched('e')]).toEqual([true, true]);
  });

  it('answers 5 when the first to run fails: nothing else was done', async () => {
    await five({ a: { files: failing } });
    expect(await fleetUp(fleet.load())).toMatchObject({ exitCode: 5, done: [], failed: ['a'] });
  });

  it('goes on without the dependents of a failure when told to', async () => {
    await five({ b: { files: failing }, d: { dependsOn: ['b'] } });
    const report = await fleetUp(fleet.load(), { onError: 'continue' });
    expect(report).toMatchObject({
      exitCode: 6,
      done: ['a', 'c', 'e'],
      failed: ['b'],
      untouched: ['d'],
    });
    expect(await untouched('d')).toBe(true);
  });

  it('runs five side by side', async () => {
    const slow = { '001_slow.sql': 'SELECT pg_sleep(0.4)' };
    await five(Object.fromEntries(names.map((name) => [name, { files: slow }])));
    let [running, most] = [0, 0];
    const report = await fleetUp(fleet.load(), {
      parallel: 5,
      reporter: ({ type }) => {
        if (type === 'migration-started') most = Math.max(most, (running += 1));
        if (type === 'migration-applied') running -= 1;
      },
    });
    expect([report.exitCode, most]).toEqual([0, 5]);
  });

  it('is taken down in the opposite order', async () => {
    await five({ a: { dependsOn: ['e'] } });
    await fleetUp(fleet.load());
    const order: string[] = [];
    await fleetDown(fleet.load(), {
      reporter: (event) => event.type === 'migration-applied' && order.push(event.database),
    });
    expect(order).toEqual(['a', 'e', 'd', 'c', 'b']);
  });
});

describe('before anything is changed anywhere', () => {
  async function refused(vars: Record<string, string> = {}): Promise<FleetRunReport> {
    const report = await fleetUp(fleet.load(vars));
    expect(report.done).toEqual([]);
    for (const name of names.slice(0, 2)) expect(await untouched(name)).toBe(true);
    return report;
  }

  it('an edited applied migration is found', async () => {
    await five();
    await fleetUp(fleet.load(), { only: ['e'] });
    fleet.write('e', '002_t2.sql', 'CREATE TABLE t2 (id bigint);');
    const report = await refused();
    expect(report).toMatchObject({ exitCode: 10, failed: ['e'] });
    expect(codes(report)[4]).toBe('MIGRATION_EDITED');
  });

  it('a database that is down is found', async () => {
    await five();
    const down = fleet.urlOf('e', 'owner').replace(/:\d+\//, ':1/');
    const report = await refused({ E_MIGRATE_URL: down });
    expect([report.exitCode, codes(report)[4]]).toEqual([9, 'UNREACHABLE']);
    const going = await fleetUp(fleet.load({ E_MIGRATE_URL: down }), { skipUnreachable: true });
    expect(going).toMatchObject({ exitCode: 6, done: ['a', 'b', 'c', 'd'], failed: ['e'] });
  });

  it.each([
    [
      'a wrong password',
      (url: string) => url.replace('owner-secret', 'wrong'),
      9,
      'CREDENTIALS_REFUSED',
    ],
    ['a database that is not there', (url: string) => `${url}_not`, 9, 'DATABASE_NOT_FOUND'],
  ])('%s is found', async (_what, change, exitCode, code) => {
    await five();
    const report = await refused({ E_MIGRATE_URL: change(fleet.urlOf('e', 'owner')) });
    expect([report.exitCode, codes(report)[4]]).toEqual([exitCode, code]);
  });

  it('a variable that is not set is found', async () => {
    await five();
    const vars = { E_MIGRATE_URL: undefined, E_DATABASE_URL: undefined };
    const report = await fleetUp(fleet.load(vars));
    expect([report.exitCode, codes(report)[4]]).toEqual([2, 'FLEET_URL_MISSING']);
    expect(await untouched('a')).toBe(true);
  });

  it('a swap of two databases is found', async () => {
    await five();
    const [d, e] = [fleet.urlOf('d', 'owner'), fleet.urlOf('e', 'owner')];
    const report = await refused({ D_MIGRATE_URL: e, E_MIGRATE_URL: d });
    expect([report.exitCode, ...codes(report).slice(3)]).toEqual([
      12,
      'IDENTITY_MISMATCH',
      'IDENTITY_MISMATCH',
    ]);
  });

  it('a database without an identity is found', async () => {
    await five();
    await fleet.query('e', 'DROP SCHEMA migrator CASCADE');
    const report = await refused();
    expect([report.exitCode, codes(report)[4]]).toEqual([12, 'IDENTITY_MISSING']);
  });

  it('a read-only server is found', async () => {
    await five();
    const { database } = fleet.spec('e');
    await fleet.query('e', `ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    const report = await refused();
    expect([report.exitCode, codes(report)[4]]).toEqual([12, 'READ_ONLY']);
  });

  it('another environment than the one that was meant is found', async () => {
    await five();
    const report = await fleetUp(fleet.load(), { environment: 'staging' });
    expect([report.exitCode, codes(report)[0]]).toEqual([12, 'IDENTITY_MISMATCH']);
    expect(await untouched('a')).toBe(true);
  });

  it('production wants to be named, however near it looks', async () => {
    fleet = await TestFleet.create([{ name: 'a', files: threeTables }], 'production');
    const report = await fleetUp(fleet.load());
    expect([report.exitCode, codes(report)[0]]).toEqual([12, 'ENVIRONMENT_NOT_NAMED']);
    expect((await fleetUp(fleet.load(), { environment: 'production' })).exitCode).toBe(0);
  });
});

describe('the status of a fleet', () => {
  it('tells the others when one is down', async () => {
    await five();
    await fleetUp(fleet.load(), { only: ['a'] });
    const down = fleet.urlOf('e', 'owner').replace(/:\d+\//, ':1/');
    const report = await fleetStatus(fleet.load({ E_MIGRATE_URL: down }));
    expect(report.exitCode).toBe(9);
    const states = report.databases.map(({ state }) => state);
    expect(states).toEqual(['current', 'pending', 'pending', 'pending', 'refused']);
  });
});
