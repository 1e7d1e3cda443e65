import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  fleetDown,
  fleetUp,
  type FleetEvent,
  type FleetRunOptions,
  type FleetRunReport,
} from '../src/index.js';
import { type FleetEntry, TestFleet, threeTables } from './fleet-fixture.js';

let fleet: TestFleet;
let ours: Promise<FleetRunReport>;
afterEach(() => fleet.drop());

const bad = {
  '004_bad.sql': 'CREATE TABLE t4 (id int); SELECT 1 / 0;',
  '004_bad_down.sql': 'DROP TABLE t4;',
};
const failing = { ...threeTables, ...bad };

async function fleetOf(entries: Record<string, Partial<FleetEntry>>): Promise<void> {
  fleet = await TestFleet.create(
    Object.entries(entries).map(([name, rest]) => ({ name, files: threeTables, ...rest })),
  );
}

const up = (options: FleetRunOptions = {}) =>
  fleetUp(fleet.load(), { rollbackOnFailure: true, ...options });

const upAndDown = ['1 up applied', '2 up applied', '3 up applied'];
const undone = ['3 down applied', '2 down applied', '1 down applied'];

describe('a run that goes back when a database fails', () => {
  it('undoes what it did everywhere, newest first, dependents before what they depend on', async () => {
    await fleetOf({ a: {}, b: { dependsOn: ['a'] }, c: { files: failing, dependsOn: ['b'] } });
    const back: string[] = [];
    const report = await up({
      reporter: (event) =>
        event.type === 'migration-applied' &&
        event.direction === 'down' &&
        back.push(`${event.database}${event.migration.number}`),
    });
    expect(report).toMatchObject({
      exitCode: 5,
      done: [],
      failed: ['c'],
      rolledBack: ['a', 'b', 'c'],
      next: 'fp migrate up --only a,b,c',
    });
    expect(back).toEqual(['c3', 'c2', 'c1', 'b3', 'b2', 'b1', 'a3', 'a2', 'a1']);
    for (const name of ['a', 'b', 'c']) expect(await fleet.tables(name)).toEqual([]);
    expect(await fleet.history('a')).toEqual([...upAndDown, ...undone]);
    expect(report.databases[0]).toMatchObject({
      outcome: 'rolled-back',
      undone: [{ number: '3' }, { number: '2' }, { number: '1' }],
      undoProblem: null,
    });
  });

  it('leaves what stood before it, and does nothing when all goes well', async () => {
    await fleetOf({ a: { files: {} }, b: {} });
    for (const [file, text] of Object.entries(threeTables).slice(0, 2))
      fleet.write('a', file, text);
    expect(await up()).toMatchObject({ exitCode: 0, rolledBack: [] });
    for (const [file, text] of Object.entries(failing)) fleet.write('a', file, text);
    expect(await up()).toMatchObject({ failed: ['a'], rolledBack: ['a'] });
    expect(await fleet.tables('a')).toEqual(['t1']);
    expect(await fleet.tables('b')).toEqual(['t1', 't2', 't3']);
  });

  it('side by side undoes what the others had done as well', async () => {
    await fleetOf({ a: {}, b: { files: failing }, c: {}, d: {} });
    expect(await up({ parallel: 4 })).toMatchObject({ done: [], failed: ['b'] });
    for (const name of ['a', 'b', 'c', 'd']) expect(await fleet.tables(name)).toEqual([]);
  });

  it('does not do so unless it was told', async () => {
    await fleetOf({ a: {}, b: { files: failing } });
    expect(await fleetUp(fleet.load())).toMatchObject({ exitCode: 6, rolledBack: [] });
    expect(await fleet.tables('a')).toEqual(['t1', 't2', 't3']);
  });
});

describe('before it changes anything, it must be able to go back', () => {
  const outside = '-- migrate: transaction=none\nCREATE INDEX CONCURRENTLY t1_id ON t1 (id);';
  it.each<[string, Record<string, string>, number]>([
    ['a step without a way back', { '004_x.sql': 'SELECT 1;' }, 7],
    ['one outside a transaction without a way back', { '004_x.sql': outside }, 7],
    ['a way back that is not written yet', { '004_x.sql': 'SELECT 1', '004_x_down.sql': '' }, 11],
    ['a way back with a typing error', { '004_x.sql': 'SELECT 1', '004_x_down.sql': 'DRO x' }, 11],
  ])('%s is refused', async (_what, files, exitCode) => {
    await fleetOf({ a: {}, b: { files: { ...threeTables, ...files } } });
    const report = await up();
    expect(report).toMatchObject({ exitCode, done: [], failed: ['b'], untouched: ['a'] });
    expect([await fleet.tables('a'), await fleet.history('a')]).toEqual([[], []]);
    expect((await fleetUp(fleet.load(), { only: ['a'] })).exitCode).toBe(0);
  });
});

describe('when the way back comes to no end', () => {
  it('says which database still stands where, and returns the others', async () => {
    const stuck = { ...threeTables, '002_t2_down.sql': 'DROP TABLE nobody;' };
    await fleetOf({ a: {}, b: { files: stuck }, c: { files: failing } });
    const report = await up();
    expect(report).toMatchObject({ exitCode: 6, rolledBack: ['a', 'c'], failed: ['b', 'c'] });
    expect(report.databases[1]).toMatchObject({
      undone: [{ number: '3' }],
      undoProblem: { code: 'MIGRATION_FAILED', message: expect.stringContaining('nobody') },
    });
    expect(await fleet.tables('b')).toEqual(['t1', 't2']);
    expect(await fleet.tables('a')).toEqual([]);
  });

  it('does not touch a database that somebody else has migrated since', async () => {
    const waits = {
      '001_wait.sql': 'SELECT pg_advisory_xact_lock(77); SELECT 1 / 0;',
      '001_wait_down.sql': 'SELECT 1;',
    };
    await fleetOf({ a: {}, b: { files: waits } });
    const gate = await fleet.client('b');
    await gate.query('SELECT pg_advisory_lock(77)');
    const running = new Promise<void>((resolve, reject) => {
      const reporter = (event: FleetEvent): void => {
        if (event.type === 'migration-started' && event.database === 'b') resolve();
      };
      ours = up({ reporter, lockTimeout: '30s' });
      ours.catch(reject);
    });
    await running;
    expect((await fleetDown(fleet.load(), { only: ['a'] })).exitCode).toBe(0);
    await gate.end();
    const report = await ours;
    expect(report).toMatchObject({ exitCode: 6, rolledBack: [] });
    expect(report.databases[0]?.undoProblem?.message).toContain('somebody else has migrated since');
    expect(await fleet.tables('a')).toEqual(['t1', 't2']);
  });
});

describe('an interrupted run that goes back', () => {
  const slow = {
    '001_slow.sql': 'CREATE TABLE slow (id int); SELECT pg_sleep(60);',
    '001_slow_down.sql': 'DROP TABLE slow;',
  };

  it('undoes what it did, and answers 143', async () => {
    await fleetOf({ a: {}, b: { files: slow } });
    const stop = new AbortController();
    const reporter = (event: FleetEvent): void => {
      if (event.type === 'migration-started' && event.database === 'b') stop.abort();
    };
    const report = await up({ signal: stop.signal, reporter });
    expect(report).toMatchObject({ exitCode: 143, rolledBack: ['a'], failed: ['b'] });
    expect([await fleet.tables('a'), await fleet.tables('b')]).toEqual([[], []]);
  });

  it('stops going back when it is told to stop that too, at a whole version', async () => {
    await fleetOf({ a: {}, b: { files: slow } });
    const [stop, halt] = [new AbortController(), new AbortController()];
    const reporter = (event: FleetEvent): void => {
      if (event.type === 'migration-started' && event.database === 'b') stop.abort();
      if (event.type === 'migration-applied' && event.direction === 'down') halt.abort();
    };
    const signals = { signal: stop.signal, rollbackSignal: halt.signal };
    const report = await up({ ...signals, reporter });
    expect(report).toMatchObject({ exitCode: 143, rolledBack: [], failed: ['a', 'b'] });
    expect(report.databases[0]?.undoProblem?.code).toBe('INTERRUPTED');
    expect(await fleet.tables('a')).toEqual(['t1', 't2']);
  });
});

describe('kill -9 while a run goes back', () => {
  it('leaves whole versions; the next run goes on from there', async () => {
    const slowBack = { ...threeTables, '002_t2_down.sql': 'DROP TABLE t2; SELECT pg_sleep(60);' };
    await fleetOf({ a: { files: slowBack }, b: { files: failing } });
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'migrate-child.mjs'), fleet.file, '{"rollbackOnFailure":true}'],
      { env: { ...process.env, ...fleet.vars }, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      // Its second way back has begun: the slow one of a, after the three of b and the first of a.
      const begun = said.split('going back').at(-1)?.split('started').length ?? 0;
      if (said.split('going back').length === 3 && begun === 3) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    expect(await fleet.tables('a')).toEqual(['t1', 't2']);
    expect(await fleet.tables('b')).toEqual([]);
    fleet.write('b', '004_bad.sql', 'SELECT 1;');
    expect(await up({ lockWaitMs: 20_000 })).toMatchObject({ exitCode: 0, done: ['a', 'b'] });
    expect(await fleet.tables('a')).toEqual(['t1', 't2', 't3']);
  });
});
