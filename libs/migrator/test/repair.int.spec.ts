import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FleetDatabase,
  fleetDown,
  fleetHistory,
  fleetStatus,
  lockMigrations,
  LOCK_KEY,
  type RepairOptions,
  type RepairReport,
  repairMigration,
  type Standing,
} from '../src/index.js';
import { TestFleet } from './fleet-fixture.js';
import { crash, lastRow, NAME, up, withIndex } from './index-fixture.js';

let fleet: TestFleet;
afterEach(() => fleet.drop());

const OUTSIDE = '-- migrate: transaction=none\n';
const reason = 'T-71: looked at the table';

/** A VACUUM that failed: nobody but a person can tell how far it got. */
async function unfinishedUp(environment = 'test'): Promise<void> {
  const files = {
    '001_t.sql': 'CREATE TABLE t (id int);',
    '002_vacuum.sql': `${OUTSIDE}VACUUM nowhere;`,
    '003_u.sql': 'CREATE TABLE u (id int);',
  };
  fleet = await TestFleet.create([{ name: NAME, files }], environment);
  expect((await up(fleet, { environment })).exitCode).toBe(5);
  expect((await up(fleet, { environment })).code).toBe('MIGRATION_UNFINISHED');
}

async function unfinishedDown(): Promise<void> {
  const files = {
    '001_t.sql': 'CREATE TABLE t (id int);',
    '002_u.sql': 'CREATE TABLE IF NOT EXISTS u (id int);',
    '002_u_down.sql': `${OUTSIDE}VACUUM nowhere;`,
  };
  fleet = await TestFleet.create([{ name: NAME, files }]);
  expect((await up(fleet)).exitCode).toBe(0);
  expect((await fleetDown(fleet.load())).exitCode).toBe(5);
  expect((await up(fleet)).code).toBe('MIGRATION_UNFINISHED');
}

function database(vars: Record<string, string> = {}): FleetDatabase {
  const [only] = fleet.load(vars).databases;
  if (only === undefined) throw new Error('the fleet is empty');
  return only;
}

async function repair(as: Standing, options: RepairOptions = {}): Promise<RepairReport> {
  return repairMigration(database(), { number: '2', as, reason }, options);
}

/** The chain holds, and no more than this was added. */
async function demandAdded(before: string[], line: string): Promise<void> {
  expect(await fleet.history(NAME)).toEqual([...before, line]);
  const { exitCode, databases } = await fleetHistory(fleet.load());
  expect([exitCode, databases[0]?.entries.at(-1)?.error]).toEqual([
    0,
    expect.stringMatching(/^repaired as (not-)?applied: T-71: looked at the table$/),
  ]);
}

describe('a way up without an end', () => {
  it('that was found applied is recorded so, and up goes on behind it', async () => {
    await unfinishedUp();
    const before = await fleet.history(NAME);
    let shown: string | undefined;
    const { started, written } = await repair('applied', {
      onStarted: ({ seq, status }) => (shown = `${seq} ${status}`),
    });
    expect(shown).toBe(`${before.length} started`);
    expect([started.status, written.status, written.seq]).toEqual([
      'started',
      'applied',
      before.length + 1,
    ]);
    await demandAdded(before, '2 up applied');
    expect((await up(fleet)).run?.changed).toMatchObject([{ number: '3' }]);
    expect((await fleetStatus(fleet.load())).databases[0]).toMatchObject({ state: 'current' });
  });

  it('that was found not applied may be edited, and up runs it again', async () => {
    await unfinishedUp();
    const before = await fleet.history(NAME);
    await repair('not-applied');
    await demandAdded(before, '2 up failed');
    fleet.write(NAME, '002_vacuum.sql', `${OUTSIDE}VACUUM t;`);
    expect((await up(fleet)).run?.changed).toMatchObject([{ number: '2' }, { number: '3' }]);
    expect(await fleet.tables(NAME)).toEqual(['t', 'u']);
  });

  it('whose file is not the one that was started keeps the old checksum', async () => {
    await unfinishedUp();
    fleet.write(NAME, '002_vacuum.sql', `${OUTSIDE}VACUUM t;`);
    const { started, written } = await repair('applied');
    expect(written.sha256).toBe(started.sha256);
    expect((await up(fleet)).code).toBe('MIGRATION_EDITED');
  });
});

describe('an index that is not the one of the migration', () => {
  it('may be found good enough, and up goes on', async () => {
    fleet = await TestFleet.create([{ name: NAME, files: withIndex() }]);
    await crash(fleet);
    await fleet.query(NAME, 'DROP INDEX t_page; CREATE INDEX t_page ON t (b)');
    const refused = await up(fleet);
    expect(refused).toMatchObject({ exitCode: 7, code: 'INDEX_DIFFERS' });
    expect(refused.message).toContain('npx fp migrate repair books --number 2 --as applied');
    const before = await fleet.history(NAME);
    await repair('applied');
    await demandAdded(before, '2 up applied');
    expect(await up(fleet)).toMatchObject({ exitCode: 0, run: { changed: [] } });
  });
});

describe('a way down without an end', () => {
  it('that did nothing leaves the migration applied', async () => {
    await unfinishedDown();
    const before = await fleet.history(NAME);
    await repair('applied');
    await demandAdded(before, '2 down failed');
    expect(await up(fleet)).toMatchObject({ exitCode: 0, run: { changed: [] } });
  });

  it('that got there is recorded so, and up applies the migration again', async () => {
    await unfinishedDown();
    const before = await fleet.history(NAME);
    await repair('not-applied');
    await demandAdded(before, '2 down applied');
    expect((await up(fleet)).run?.changed).toMatchObject([{ number: '2', direction: 'up' }]);
  });
});

describe("TypeORM's own table", () => {
  const number = '1700000000001';

  async function unfinishedClass(): Promise<void> {
    fleet = await TestFleet.create([{ name: NAME, files: {} }]);
    const folder = fleet.migrations(NAME);
    for (const part of ['src', 'dist']) mkdirSync(join(folder, part), { recursive: true });
    const body = `async up(r) { await r.query('VACUUM nowhere'); } async down() {}`;
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'src', `${number}-make.ts`), body);
    writeFileSync(
      join(folder, 'dist', 'index.js'),
      `export class Make${number} { transaction = false; ${body} }\nexport const migrations = [Make${number}];\n`,
    );
    lockMigrations(folder);
    expect((await up(fleet)).exitCode).toBe(5);
    expect((await up(fleet)).code).toBe('MIGRATION_UNFINISHED');
  }

  it('gets its row when the class was found applied', async () => {
    await unfinishedClass();
    await repairMigration(database(), { number, as: 'applied', reason });
    const rows = await fleet.query(NAME, 'SELECT "timestamp", name FROM migrations');
    expect(rows).toEqual([{ timestamp: number, name: `Make${number}` }]);
    expect((await up(fleet)).exitCode).toBe(0);
  });

  it('is not made for a class that was found not applied', async () => {
    await unfinishedClass();
    await repairMigration(database(), { number, as: 'not-applied', reason });
    expect(await fleet.tables(NAME)).toEqual([]);
  });
});

describe('a repair is refused, and nothing is written,', () => {
  it.each([
    ['of a migration that has ended', { number: '1' }, 'NOT_UNFINISHED', 2],
    ['of a migration that never began', { number: '003' }, 'NOT_UNFINISHED', 2],
    ['of a number that nobody knows', { number: '9' }, 'UNKNOWN_VERSION', 2],
    ['without a reason', { reason: ' \n ' }, 'REASON_MISSING', 2],
  ])('%s', async (_what, wrong, code, exitCode) => {
    await unfinishedUp();
    const before = await fleet.history(NAME);
    const decision = { number: '2', as: 'applied', reason, ...wrong } as const;
    await expect(repairMigration(database(), decision)).rejects.toMatchObject({ code, exitCode });
    expect(await fleet.history(NAME)).toEqual(before);
  });

  it('a second time', async () => {
    await unfinishedUp();
    await repair('applied');
    await expect(repair('applied')).rejects.toMatchObject({ code: 'NOT_UNFINISHED' });
    expect(await lastRow(fleet)).toContain('2 up applied');
  });

  it('while somebody is at work', async () => {
    await unfinishedUp();
    const holder = await fleet.client(NAME, 'owner');
    await holder.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
    const refused = repair('applied', { lockWaitMs: 200 });
    await expect(refused).rejects.toMatchObject({ code: 'LOCK_BUSY', exitCode: 8 });
    await holder.end();
    expect(await lastRow(fleet)).toContain('2 up started');
  });

  it('of a history that is not what was written', async () => {
    await unfinishedUp();
    await fleet.query(
      NAME,
      `ALTER TABLE migrator.history DISABLE TRIGGER ALL;
       UPDATE migrator.history SET name = 'other' WHERE seq = 1`,
    );
    await expect(repair('applied')).rejects.toMatchObject({ code: 'HISTORY_TAMPERED' });
    expect(await lastRow(fleet)).toContain('2 up started');
  });

  it('where the environment is not named, or another one, or the role is not the owner', async () => {
    await unfinishedUp('production');
    const before = await fleet.history(NAME);
    await expect(repair('applied')).rejects.toMatchObject({ code: 'ENVIRONMENT_NOT_NAMED' });
    const staging = repair('applied', { environment: 'staging' });
    await expect(staging).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH', exitCode: 12 });
    const asApp = database({ BOOKS_MIGRATE_URL: fleet.urlOf(NAME, 'app') });
    const decision = { number: '2', as: 'applied', reason } as const;
    const app = repairMigration(asApp, decision, { environment: 'production' });
    await expect(app).rejects.toMatchObject({ code: 'RIGHTS_MISSING', exitCode: 12 });
    expect(await fleet.history(NAME)).toEqual(before);
  });
});
