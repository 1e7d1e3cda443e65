import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  fleetDown,
  fleetHistory,
  fleetPlan,
  fleetStatus,
  fleetUp,
  type FleetRunOptions,
  lockMigrations,
  migrateDatabase,
} from '../src/index.js';
import { targetOf, TestFleet, threeTables } from './fleet-fixture.js';

const fleets: TestFleet[] = [];
let fleet: TestFleet;

async function withFiles(files: Record<string, string>): Promise<TestFleet> {
  fleet = await TestFleet.create([{ name: 'books', files }]);
  fleets.push(fleet);
  return fleet;
}
afterAll(async () => {
  for (const one of fleets) await one.drop();
});

async function up(options: FleetRunOptions = {}) {
  const report = await fleetUp(fleet.load(), options);
  const [run] = report.databases;
  return {
    exitCode: report.exitCode,
    code: run?.problem?.code,
    message: run?.problem?.message,
    run,
  };
}

describe('up', () => {
  beforeEach(() => withFiles(threeTables));

  it('applies what is pending, once, and says what it did', async () => {
    expect(await up()).toMatchObject({ exitCode: 0, run: { outcome: 'done' } });
    expect(await fleet.tables('books')).toEqual(['t1', 't2', 't3']);
    const { exitCode, run } = await up();
    expect([exitCode, run?.changed]).toEqual([0, []]);
    expect(await fleet.history('books')).toEqual(['1 up applied', '2 up applied', '3 up applied']);
  });

  it('writes who, what, when and with what into the history', async () => {
    await up({ gitSha: 'abc123' });
    const { databases } = await fleetHistory(fleet.load());
    expect(databases[0]?.entries[0]).toMatchObject({
      seq: 1,
      number: '1',
      name: 't1',
      origin: 'sql',
      status: 'applied',
      gitSha: 'abc123',
      databaseUser: fleet.spec('books').owner.user,
    });
  });

  it('rolls a failing migration back whole, keeps what came before, and says where it failed', async () => {
    fleet.write(
      'books',
      '004_bad.sql',
      'CREATE TABLE t4 (id int);\n\nINSERT INTO t4\n VALUES (oops);',
    );
    const { exitCode, code, message } = await up();
    expect([exitCode, code]).toEqual([5, 'MIGRATION_FAILED']);
    expect(message).toMatch(
      /004_bad\.sql:4: column "oops" does not exist \(SQLSTATE 42703\); rolled back/,
    );
    expect(await fleet.tables('books')).toEqual(['t1', 't2', 't3']);
    expect((await fleet.history('books')).at(-1)).toBe('4 up failed');
    fleet.write('books', '004_bad.sql', 'CREATE TABLE t4 (id int);');
    expect((await up()).exitCode).toBe(0);
  });

  it('survives the loss of its connection: rolled back, reported, and a rerun resumes', async () => {
    const lost = 'CREATE TABLE t4 (id int); SELECT pg_terminate_backend(pg_backend_pid());';
    fleet.write('books', '004_lost.sql', lost);
    expect(await up()).toMatchObject({ exitCode: 5, code: 'MIGRATION_FAILED' });
    expect(await fleet.tables('books')).toEqual(['t1', 't2', 't3']);
    fleet.write('books', '004_lost.sql', 'CREATE TABLE t4 (id int);');
    expect((await up()).exitCode).toBe(0);
  });

  it('checks deferred constraints before it says applied', async () => {
    fleet.write(
      'books',
      '004_deferred.sql',
      `CREATE TABLE p (id int PRIMARY KEY);
       CREATE TABLE c (id int REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (1);`,
    );
    expect(await up()).toMatchObject({ exitCode: 5, code: 'MIGRATION_FAILED' });
    expect(await fleet.tables('books')).not.toContain('c');
  });

  it('gives every migration a fresh session', async () => {
    fleet.write(
      'books',
      '004_messy.sql',
      `CREATE SCHEMA elsewhere; SET search_path TO elsewhere; SET work_mem = '1MB';
       CREATE TEMP TABLE litter (id int); SET ROLE ${fleet.spec('books').app.user};`,
    );
    fleet.write(
      'books',
      '005_clean.sql',
      `CREATE TABLE seen AS SELECT current_user::text AS role, current_setting('search_path') AS path,
         current_setting('work_mem') AS mem, to_regclass('pg_temp.litter') IS NULL AS swept,
         current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
         current_setting('idle_in_transaction_session_timeout') AS idle,
         current_setting('client_connection_check_interval') AS watched`,
    );
    expect((await up()).exitCode).toBe(0);
    expect(await fleet.query('books', 'SELECT * FROM public.seen')).toEqual([
      {
        role: fleet.spec('books').owner.user,
        path: '"$user", public',
        mem: '4MB',
        swept: true,
        lock: '3s',
        statement: '15min',
        idle: '1min',
        watched: '1s',
      },
    ]);
  });

  it('follows a header', async () => {
    const text = `-- migrate: lock_timeout=7s statement_timeout=2min
      CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS l, current_setting('statement_timeout') AS s`;
    fleet.write('books', '004_header.sql', text);
    await up();
    expect(await fleet.query('books', 'SELECT l, s FROM seen')).toEqual([{ l: '7s', s: '2min' }]);
  });

  it.each([
    ['COMMIT;', 'SQL_TRANSACTION_CONTROL'],
    ['SELEC 1;', 'SQL_SYNTAX'],
    ['DISCARD ALL;', 'SQL_SESSION_COMMAND'],
    ['-- not written yet', 'SQL_EMPTY'],
  ])('refuses %j before anything is changed', async (sql, expected) => {
    fleet.write('books', '004_bad.sql', sql);
    expect(await up()).toMatchObject({ exitCode: 11, code: expected });
    expect(await fleet.tables('books')).toEqual([]);
  });
});

describe('outside a transaction', () => {
  it('an index is built concurrently, and the history holds its start and its end', async () => {
    await withFiles({
      ...threeTables,
      '004_index.sql': '-- migrate: transaction=none\nCREATE INDEX CONCURRENTLY t1_id ON t1 (id);',
    });
    expect((await up()).exitCode).toBe(0);
    expect((await fleet.history('books')).slice(-2)).toEqual(['4 up started', '4 up applied']);
    const valid = `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 't1_id'::regclass`;
    expect(await fleet.query('books', valid)).toEqual([{ valid: true }]);
  });

  it('a start without an end is refused when the catalogue cannot tell how far it got', async () => {
    await withFiles({
      '001_t.sql': 'CREATE TABLE t (id int);',
      '002_vacuum.sql': '-- migrate: transaction=none\nVACUUM nowhere;',
    });
    expect(await up()).toMatchObject({ exitCode: 5, code: 'MIGRATION_FAILED' });
    expect((await fleet.history('books')).slice(-2)).toEqual(['2 up started', '2 up started']);
    const { exitCode, code, message } = await up();
    expect([exitCode, code]).toEqual([7, 'MIGRATION_UNFINISHED']);
    expect(message).toContain('books: 2 vacuum (up, outside a transaction) was started');
    expect((await fleetStatus(fleet.load())).exitCode).toBe(7);
  });
});

describe('down', () => {
  beforeEach(async () => {
    await withFiles(threeTables);
    await up();
  });

  it('undoes one step, and up does it again', async () => {
    expect((await fleetDown(fleet.load())).exitCode).toBe(0);
    expect(await fleet.tables('books')).toEqual(['t1', 't2']);
    expect((await up()).run?.changed).toMatchObject([{ number: '3', direction: 'up' }]);
  });

  it('undoes as many as told, newest first', async () => {
    await fleetDown(fleet.load(), { steps: 2 });
    expect((await fleet.history('books')).slice(-2)).toEqual(['3 down applied', '2 down applied']);
  });

  it('undoes what is newer than a number', async () => {
    await fleetDown(fleet.load(), { to: '1' });
    expect(await fleet.tables('books')).toEqual(['t1']);
    const { databases } = await fleetDown(fleet.load(), { to: '9' });
    expect(databases[0]?.problem).toMatchObject({ code: 'UNKNOWN_VERSION', exitCode: 2 });
  });

  it('is refused before any change when one step has no way back', async () => {
    fleet.write('books', '004_oneway.sql', 'CREATE TABLE t4 (id int);');
    fleet.write('books', '005_t5.sql', 'CREATE TABLE t5 (id int);');
    fleet.write('books', '005_t5_down.sql', 'DROP TABLE t5;');
    await up();
    const { exitCode, databases } = await fleetDown(fleet.load(), { steps: 2 });
    expect([exitCode, databases[0]?.problem?.code]).toEqual([7, 'MIGRATION_IRREVERSIBLE']);
    expect(await fleet.tables('books')).toContain('t5');
  });
});

describe('reading', () => {
  it('status and plan create nothing', async () => {
    await withFiles(threeTables);
    const fingerprint = `SELECT count(*)::int AS n, max(oid)::text AS newest FROM pg_class`;
    const before = await fleet.query('books', fingerprint);
    const status = await fleetStatus(fleet.load());
    expect(status.databases[0]).toMatchObject({
      state: 'pending',
      applied: 0,
      total: 3,
      current: null,
    });
    const plan = await fleetPlan(fleet.load());
    expect(plan.databases[0]?.migrations[0]).toMatchObject({
      number: '1',
      statements: [{ sql: 'CREATE TABLE t1 (id int)', measured: false }],
    });
    expect(await fleet.query('books', fingerprint)).toEqual(before);
  });

  it("the service's role may read the status and change nothing", async () => {
    await withFiles(threeTables);
    const asApp = { BOOKS_MIGRATE_URL: fleet.urlOf('books', 'app') };
    expect((await fleetStatus(fleet.load(asApp))).databases[0]?.state).toBe('pending');
    const { exitCode, databases } = await fleetUp(fleet.load(asApp));
    expect([exitCode, databases[0]?.problem?.code]).toEqual([12, 'RIGHTS_MISSING']);
  });
});

describe('a TypeORM migration', () => {
  const number = '1700000000001';
  async function withClass(body: string): Promise<void> {
    await withFiles({});
    const folder = fleet.migrations('books');
    for (const part of ['src', 'dist']) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'src', `${number}-make.ts`), body);
    const text = `export class Make${number} { ${body} }\nexport const migrations = [Make${number}];\n`;
    writeFileSync(join(folder, 'dist', 'index.js'), text);
    lockMigrations(folder);
  }
  const timestamps = () =>
    fleet.query<{ timestamp: string }>('books', 'SELECT timestamp, name FROM migrations');

  it("keeps TypeORM's own table in step, both ways", async () => {
    await withClass(`async up(r) { await r.query('CREATE TABLE made (id int)'); }
      async down(r) { await r.query('DROP TABLE made'); }`);
    expect((await up()).exitCode).toBe(0);
    expect(await timestamps()).toEqual([{ timestamp: number, name: `Make${number}` }]);
    expect((await fleetDown(fleet.load())).exitCode).toBe(0);
    expect(await timestamps()).toEqual([]);
    const [row] = await fleet.query<{ may: boolean }>(
      'books',
      `SELECT has_table_privilege('${fleet.spec('books').app.user}', 'migrations', 'INSERT') AS may`,
    );
    expect(row?.may).toBe(false);
  });

  it("may use the rest of the QueryRunner, inside the engine's transaction", async () => {
    await withClass(`async up(r) {
        await r.query('CREATE TABLE made (id int)');
        await r.startTransaction();
        await r.renameTable('made', 'renamed');
        await r.commitTransaction();
        await r.manager.query('INSERT INTO renamed VALUES ($1)', [7]);
        if (!(await r.hasTable('renamed'))) throw new Error('it sees its own transaction');
        const [changed, count] = await r.query('UPDATE renamed SET id = 8');
        if (changed.length !== 0 || count !== 1) throw new Error('shaped as TypeORM shapes it');
      }
      async down(r) { await r.dropTable('renamed'); }`);
    const { exitCode, message } = await up();
    expect([exitCode, message]).toEqual([0, undefined]);
    expect(await fleet.query('books', 'SELECT id FROM renamed')).toEqual([{ id: 8 }]);
    expect((await fleetDown(fleet.load(), { allowDataLoss: true })).exitCode).toBe(0);
  });

  it.each([`r.query('COMMIT')`, 'r.commitTransaction()', `r.manager.query('select 1; end')`])(
    "cannot end the engine's transaction: %s",
    async (call) => {
      await withClass(`async up(r) { await r.query('CREATE TABLE made (id int)'); await ${call}; }
        async down() {}`);
      expect(await up()).toMatchObject({ exitCode: 11, code: 'SQL_TRANSACTION_CONTROL' });
      expect(await fleet.tables('books')).toEqual([]);
    },
  );

  it('honours transaction = false', async () => {
    await withClass(
      `transaction = false; async up(r) { await r.query('VACUUM'); } async down() {}`,
    );
    expect((await up()).exitCode).toBe(0);
    expect(await fleet.history('books')).toEqual([`${number} up started`, `${number} up applied`]);
  });
});

describe('migrateDatabase', () => {
  it('migrates one database without a fleet file, or throws what stood in the way', async () => {
    await withFiles(threeTables);
    const target = targetOf(fleet.urlOf('books', 'owner'));
    const folder = fleet.migrations('books');
    const run = await migrateDatabase(target, folder, { service: 'books' });
    expect(run.changed).toHaveLength(3);
    const wrong = migrateDatabase(target, folder, { service: 'other' });
    await expect(wrong).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH', exitCode: 12 });
  });
});
