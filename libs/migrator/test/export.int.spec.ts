import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fleetExport,
  type FleetExportOptions,
  fleetStatus,
  fleetUp,
  LOCK_KEY,
  lockMigrations,
  type Manifest,
  verifyExport,
} from '../src/index.js';
import { adminUrl, TestFleet, targetOf, threeTables } from './fleet-fixture.js';
import { describeWith } from './pg-client.js';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
let directory: string;
let fleet: TestFleet;
beforeEach(() => {
  directory = join(mkdtempSync(join(folder, 'run-')), 'out');
});
afterEach(() => fleet.drop());
afterAll(() => rmSync(folder, { recursive: true }));

const write = (options: Partial<FleetExportOptions> = {}) =>
  fleetExport(fleet.load(), { directory, shadowUrl: targetOf(adminUrl()), ...options });
const manifest = (): Manifest =>
  JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest;
const filesOf = (name: string): string[] =>
  manifest()
    .databases.filter((one) => one.name === name)
    .flatMap(({ files }) => files.map(({ file }) => file));
const verify = async () => {
  const { exitCode, databases } = await verifyExport(fleet.load(), { directory });
  return [exitCode, ...databases.map(({ state, problem }) => problem?.code ?? state)];
};

/** Everything that an import could have changed. */
async function stateOf(name: string): Promise<unknown> {
  const relations = `SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`;
  return [await fleet.query(name, relations), await fleet.history(name)];
}

type Import = (name: string, file: string, role?: 'owner' | 'admin') => Promise<string>;

/** psql as it is by default: it goes on after an error. */
const psql: Import = async (name, file, role = 'admin') => {
  const { stdout, stderr } = spawnSync(
    'psql',
    ['-X', '-q', '-f', join(directory, file), fleet.urlOf(name, role)],
    { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
  );
  return stdout + stderr;
};

/** The whole file as one message of the simple protocol; a file with an outside statement, one by one. */
const plain: Import = async (name, file, role = 'admin') => {
  const client = await fleet.client(name, role);
  const listed = manifest().databases.flatMap(({ files }) => files);
  const { statements } = listed.find((one) => one.file === file) ?? {};
  try {
    for (const sql of statements ?? [readFileSync(join(directory, file), 'utf8')]) {
      await client.query(sql);
    }
    return '';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const odd = `-- migrate: lock_timeout=4s
CREATE TABLE "Bücher; DROP" (id int PRIMARY KEY, note text DEFAULT E'a\\\\b;''c', plain text DEFAULT 'x\\y'); -- end; of
COMMENT ON TABLE "Bücher; DROP" IS $fp$not $$ the ; end — ünïcode 書 $fp$;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $body$ BEGIN /* ; */ RETURN n * 2; END $body$;
CREATE FUNCTION atomic() RETURNS int BEGIN ATOMIC SELECT 1; SELECT twice(21); END;
INSERT INTO "Bücher; DROP" (id) VALUES (1) -- no semicolon, and a comment`;
const outside = {
  '004_index.sql': '-- migrate: transaction=none\nCREATE INDEX CONCURRENTLY t1_id ON t1 (id);',
  '005_after.sql': 'CREATE TABLE t5 (id int);',
};

function imports(run: Import): void {
  it('is one file for each database, and brings it to its newest migration, as its owner', async () => {
    fleet = await TestFleet.create([
      { name: 'books', files: { ...threeTables, '004_odd.sql': odd } },
      { name: 'films', files: threeTables },
    ]);
    expect(await write()).toMatchObject({ exitCode: 0 });
    expect([filesOf('books'), filesOf('films')]).toEqual([['01-books.sql'], ['02-films.sql']]);
    expect(await verify()).toEqual([3, 'not-imported', 'not-imported']);
    expect(await run('books', '01-books.sql')).toBe('');
    expect(await verify()).toEqual([3, 'imported', 'not-imported']);
    expect(await run('films', '02-films.sql', 'owner')).toBe('');
    expect(await verify()).toEqual([0, 'imported', 'imported']);
    const { databases } = await fleetStatus(fleet.load());
    expect(databases.map(({ state, problem }) => [state, problem])).toEqual([
      ['current', null],
      ['current', null],
    ]);
    const [row] = await fleet.query<Record<string, unknown>>(
      'books',
      `SELECT note, plain, obj_description('"Bücher; DROP"'::regclass) AS said, atomic() AS n,
              pg_get_userbyid(relowner) AS owner
       FROM "Bücher; DROP", pg_class WHERE pg_class.oid = '"Bücher; DROP"'::regclass`,
    );
    expect(row).toEqual({
      note: "a\\b;'c",
      plain: 'x\\y',
      said: 'not $$ the ; end — ünïcode 書 ',
      n: 42,
      owner: fleet.spec('books').owner.user,
    });
  });

  it('stops at its conditions when it is imported twice', async () => {
    fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
    await write();
    await run('books', '01-books.sql');
    const before = await stateOf('books');
    expect(await run('books', '01-books.sql')).toMatch(/ends at row 3: it was imported already/);
    expect(await stateOf('books')).toEqual(before);
  });

  it.each([
    ["another service's", 'films', /wrong database: this file is for books of test, this is films/],
    ['a copy of its own, elsewhere', 'copy', /wrong database/],
    ["nobody's", 'bare', /wrong database: it does not say whose it is/],
  ])('stops in a database that is not meant: %s', async (_what, name, told) => {
    const entry = (one: string) => ({ name: one, files: threeTables });
    fleet = await TestFleet.create(['books', 'films', 'copy', 'bare'].map(entry));
    await write();
    await fleet.query('copy', `UPDATE migrator.identity SET service = 'books'`);
    await fleet.query(
      'bare',
      'DROP SCHEMA migrator CASCADE; CREATE SCHEMA migrator; CREATE TABLE migrator.history (number int, direction text, status text, seq int)',
    );
    const before = await stateOf(name);
    expect(await run(name, filesOf('books')[0] ?? '')).toMatch(told);
    expect(await stateOf(name)).toEqual(before);
  });

  it('stops when somebody has migrated since, and while somebody does', async () => {
    fleet = await TestFleet.create([
      { name: 'books', files: { '001_a.sql': 'CREATE TABLE a ();' } },
    ]);
    await write();
    fleet.write('books', '002_b.sql', 'CREATE TABLE b ();');
    const holder = await fleet.client('books');
    await holder.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
    expect(await run('books', '01-books.sql')).toMatch(/somebody is migrating this database/);
    await holder.end();
    await fleetUp(fleet.load());
    const before = await stateOf('books');
    expect(await run('books', '01-books.sql')).toMatch(/ends at row 2: .*somebody has migrated/);
    expect(await stateOf('books')).toEqual(before);
    await fleet.query(
      'books',
      `UPDATE migrator.head SET seq = 0, hash = decode(repeat('00', 32), 'hex')`,
    );
    expect(await run('books', '01-books.sql')).toMatch(/migrator.history is not what was written/);
  });

  it('leaves nothing of a file whose statement fails, however many follow it', async () => {
    const files = { ...threeTables, '004_bad.sql': 'SELECT 1 / 0; CREATE TABLE t4 (id int);' };
    fleet = await TestFleet.create([{ name: 'books', files }]);
    await write();
    expect(await run('books', '01-books.sql')).toContain('division by zero');
    expect([await fleet.tables('books'), await fleet.history('books')]).toEqual([[], []]);
    expect(await verify()).toEqual([3, 'not-imported']);
  });

  it('takes what may not be in a transaction through files of its own', async () => {
    fleet = await TestFleet.create([{ name: 'books', files: { ...threeTables, ...outside } }]);
    await write();
    const files = ['01-books-1.sql', '01-books-2-outside.sql', '01-books-3.sql'];
    expect(filesOf('books')).toEqual(files);
    for (const [index, file] of files.entries()) {
      expect(await verify()).toEqual([3, index === 0 ? 'not-imported' : 'partly']);
      expect(await run('books', file)).toBe('');
    }
    expect(await verify()).toEqual([0, 'imported']);
    expect((await fleet.history('books')).slice(3)).toEqual([
      '4 up started',
      '4 up applied',
      '5 up applied',
    ]);
    expect(await fleetStatus(fleet.load())).toMatchObject({ databases: [{ state: 'current' }] });
  });

  it('ends the connection before a statement outside a transaction that is not meant here', async () => {
    const files = { ...threeTables, ...outside };
    fleet = await TestFleet.create([
      { name: 'books', files },
      { name: 'films', files: threeTables },
    ]);
    await write();
    await fleetUp(fleet.load(), { only: ['films'] });
    const before = await stateOf('films');
    const [, alone = ''] = filesOf('books');
    expect(await run('films', alone)).toMatch(/terminating connection|Connection terminated/);
    expect(await stateOf('films')).toEqual(before);
    const untouched = await stateOf('books');
    expect(await run('books', alone)).toMatch(/terminating connection|Connection terminated/);
    expect(await stateOf('books')).toEqual(untouched);
  });

  it('does not record an index that was not built, and up goes on from there', async () => {
    fleet = await TestFleet.create([{ name: 'books', files: { ...threeTables, ...outside } }]);
    await write();
    const [first = '', , last = ''] = filesOf('books');
    await run('books', first);
    expect(await run('books', last)).toMatch(/index t1_id is not there, or not valid/);
    expect((await fleet.history('books')).at(-1)).toBe('4 up started');
    expect(await fleetUp(fleet.load())).toMatchObject({ exitCode: 0 });
    expect(await verify()).toEqual([10, 'EXPORT_DIFFERS']);
  });
}

describeWith('psql')('an export that psql imports, going on after errors', () => imports(psql));
describe('an export that any client imports, a file in one message', () => {
  imports(plain);

  it('whose outside statement came in one message with others is refused by the server', async () => {
    fleet = await TestFleet.create([{ name: 'books', files: { ...threeTables, ...outside } }]);
    await write();
    const [first = '', alone = ''] = filesOf('books');
    await plain('books', first);
    const before = await stateOf('books');
    const client = await fleet.client('books');
    const sent = client.query(readFileSync(join(directory, alone), 'utf8'));
    await expect(sent).rejects.toThrow('cannot run inside a transaction block');
    await client.end();
    expect(await stateOf('books')).toEqual(before);
  });
});

describe('an export', () => {
  const books = async (files: Record<string, string>, environment?: string): Promise<void> => {
    fleet = await TestFleet.create([{ name: 'books', files }], environment);
  };
  const number = '1700000000001';
  async function withClass(body: string): Promise<void> {
    await books({});
    const place = fleet.migrations('books');
    for (const part of ['src', 'dist']) mkdirSync(join(place, part), { recursive: true });
    writeFileSync(join(place, 'package.json'), '{"type":"module"}');
    writeFileSync(join(place, 'src', `${number}-make.ts`), body);
    const text = `export class Make${number} { ${body} }\nexport const migrations = [Make${number}];\n`;
    writeFileSync(join(place, 'dist', 'index.js'), text);
    lockMigrations(place);
  }

  it.each([
    ['that is rehearsed', `await r.query('CREATE TABLE made (id int)');`],
    [
      'that is listened to on a shadow',
      `await r.query('CREATE TABLE made (id int)'); if (await r.hasTable('made')) await r.query('CREATE INDEX made_id ON made (id)');`,
    ],
  ])('of a class %s keeps TypeORM in step', async (_how, body) => {
    await withClass(`async up(r) { ${body} } async down() {}`);
    expect((await write()).databases[0]?.problem).toBe(null);
    expect(await plain('books', '01-books.sql')).toBe('');
    expect(await fleet.query('books', 'SELECT timestamp, name FROM migrations')).toEqual([
      { timestamp: number, name: `Make${number}` },
    ]);
    const app = await fleet.client('books', 'app');
    await expect(app.query('SELECT * FROM migrations')).rejects.toThrow('permission denied');
    await app.end();
    expect(await fleetStatus(fleet.load())).toMatchObject({ databases: [{ state: 'current' }] });
  });

  it('of a class that sends parameters is refused, and nothing is written', async () => {
    await withClass(`async up(r) { await r.query('SELECT $1::int', [7]); } async down() {}`);
    const { exitCode, databases } = await write();
    expect([exitCode, databases[0]?.problem]).toMatchObject([7, { code: 'EXPORT_IMPOSSIBLE' }]);
    expect(() => manifest()).toThrow('ENOENT');
  });

  it('of what leaves no trace outside a transaction is refused', async () => {
    await books({ '001_v.sql': '-- migrate: transaction=none\nVACUUM;' });
    expect(await write()).toMatchObject({ exitCode: 7, databases: [{ files: [] }] });
  });

  it('uses a new value of an enum in a later transaction', async () => {
    await books({
      '001_e.sql': "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood);",
      '002_add.sql': "ALTER TYPE mood ADD VALUE 'glad';",
      '003_use.sql': "INSERT INTO t VALUES ('glad');",
    });
    await fleetUp(fleet.load(), {});
    await fleet.drop();
    await books({});
    fleet.write('books', '001_e.sql', "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood);");
    await fleetUp(fleet.load());
    fleet.write('books', '002_add.sql', "ALTER TYPE mood ADD VALUE 'glad';");
    fleet.write('books', '003_use.sql', "INSERT INTO t VALUES ('glad');");
    await write();
    for (const file of filesOf('books')) expect(await plain('books', file)).toBe('');
    expect(await verify()).toEqual([0, 'imported']);
  });

  it('keeps what is deferred deferred in each migration, and due at its end', async () => {
    await books({
      '001_c.sql': `CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (1); INSERT INTO p VALUES (1);`,
      '002_c.sql':
        'ALTER TABLE c ADD COLUMN n int; INSERT INTO c VALUES (2); INSERT INTO p VALUES (2);',
      '003_c.sql': 'ALTER TABLE c ADD COLUMN m int;',
    });
    await write();
    expect(await plain('books', '01-books.sql')).toBe('');
  });

  it('is refused where the database does not stand where it should, or holds one already', async () => {
    await books(threeTables);
    const { exitCode, databases } = await write({ from: '2' });
    expect([exitCode, databases[0]?.problem?.message]).toEqual([
      2,
      expect.stringContaining('stands at 0, not at 2'),
    ]);
    expect(await write({ from: '0' })).toMatchObject({ exitCode: 0 });
    await expect(write()).rejects.toMatchObject({ code: 'EXPORT_EXISTS', exitCode: 2 });
  });

  it('writes nothing when nothing is pending, or when one database refuses', async () => {
    await books(threeTables);
    await fleetUp(fleet.load());
    expect(await write()).toMatchObject({ exitCode: 0, databases: [{ files: [] }] });
    fleet.write('books', '004_drop.sql', 'DROP TABLE t1;');
    await fleet.query('books', 'INSERT INTO t1 VALUES (1)');
    expect(await write()).toMatchObject({ exitCode: 7 });
    expect(() => manifest()).toThrow('ENOENT');
    expect(await write({ allowDataLoss: true })).toMatchObject({ exitCode: 0 });
  });

  it('of what would hurt the live database is refused, unless that was said', async () => {
    const rows = `CREATE TABLE big AS SELECT i, i AS n FROM generate_series(1, 20000) i; ANALYZE big;`;
    fleet = await TestFleet.create([{ name: 'books', files: { '001_big.sql': rows } }]);
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    fleet.write('books', '002_n.sql', 'ALTER TABLE big ALTER COLUMN n SET NOT NULL;');
    const refused = await write();
    expect([refused.exitCode, refused.databases[0]?.problem?.code]).toEqual([11, 'LINT_FAILED']);
    expect(existsSync(directory)).toBe(false);
    expect((await write({ lint: false })).exitCode).toBe(0);
  });

  it('of a database whose objects have no history is refused', async () => {
    fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
    await fleet.query('books', 'CREATE TABLE stranger (id int)');
    const { exitCode, databases } = await write();
    expect([exitCode, databases[0]?.problem?.code]).toEqual([7, 'ADOPT_NEEDED']);
  });

  it('of another environment than the one that was meant is refused', async () => {
    await books(threeTables, 'staging');
    expect(await write({ environment: 'production' })).toMatchObject({ exitCode: 12 });
  });

  it('whose file was edited or is gone is named by verify-export', async () => {
    await books(threeTables);
    await write();
    appendFileSync(join(directory, '01-books.sql'), ' ');
    await expect(verifyExport(fleet.load(), { directory })).rejects.toMatchObject({
      code: 'EXPORT_EDITED',
      message: expect.stringContaining('01-books.sql was edited'),
    });
    rmSync(join(directory, '01-books.sql'));
    await expect(verifyExport(fleet.load(), { directory })).rejects.toThrow('is missing');
    const nowhere = verifyExport(fleet.load(), { directory: folder });
    await expect(nowhere).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND', exitCode: 2 });
  });

  it('is looked for in the database that was exported, and no other', async () => {
    await books(threeTables);
    await write();
    await fleet.query('books', 'UPDATE migrator.identity SET database_uuid = gen_random_uuid()');
    expect(await verify()).toEqual([12, 'IDENTITY_MISMATCH']);
  });
});
