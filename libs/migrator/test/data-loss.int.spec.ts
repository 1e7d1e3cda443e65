import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  fleetDown,
  fleetUp,
  type FleetDownOptions,
  type FleetRunReport,
  lockMigrations,
  migrateDatabase,
} from '../src/index.js';
import { targetOf, TestFleet, threeTables } from './fleet-fixture.js';

let fleet: TestFleet;
afterEach(() => fleet.drop());

async function books(files: Record<string, string>, environment?: string): Promise<void> {
  fleet = await TestFleet.create([{ name: 'books', files }], environment);
}

const problemOf = ({ exitCode, databases }: FleetRunReport) =>
  [exitCode, databases[0]?.problem?.code, databases[0]?.problem?.message] as const;

const down = (options: FleetDownOptions = {}) => fleetDown(fleet.load(), options);

describe('going back over rows', () => {
  it('is refused before any change, names the table, and is done when it was said', async () => {
    await books(threeTables);
    await fleetUp(fleet.load());
    await fleet.query('books', 'INSERT INTO t2 VALUES (1)');
    const [exitCode, code, message] = problemOf(await down({ steps: 3 }));
    expect([exitCode, code]).toEqual([7, 'DATA_LOSS']);
    expect(message).toMatch(/books: 2 t2 \(down\): DROP TABLE of t2, .*--allow-data-loss$/);
    expect(await fleet.tables('books')).toEqual(['t1', 't2', 't3']);
    expect((await down({ steps: 3, allowDataLoss: true })).exitCode).toBe(0);
  });

  it('needs no word while the tables are empty', async () => {
    await books(threeTables);
    await fleetUp(fleet.load());
    expect((await down({ steps: 3 })).exitCode).toBe(0);
  });

  it('outside development and test wants a backup too, and says both at once', async () => {
    await books(threeTables, 'staging');
    await fleetUp(fleet.load(), { environment: 'staging' });
    await fleet.query('books', 'INSERT INTO t3 VALUES (1)');
    const first = problemOf(await down({ environment: 'staging' }));
    expect(first).toEqual([7, 'DATA_LOSS', expect.stringContaining('and --backup DIR')]);
    const second = problemOf(await down({ environment: 'staging', allowDataLoss: true }));
    expect(second.slice(0, 2)).toEqual([13, 'BACKUP_REQUIRED']);
    expect(await fleet.tables('books')).toContain('t3');
  });
});

describe('what loses rows on the way up', () => {
  const base = {
    '001_base.sql': `CREATE TABLE t (id int PRIMARY KEY, note text, kept text);
      CREATE TABLE child (id int REFERENCES t (id));
      CREATE SCHEMA side; CREATE TABLE side.t (id int);
      CREATE TYPE pair AS (a int, b int); CREATE TABLE hidden (id int);
      ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; ALTER TABLE hidden FORCE ROW LEVEL SECURITY;`,
  };
  const fill = `INSERT INTO t VALUES (1, 'x'); INSERT INTO child VALUES (NULL); INSERT INTO side.t VALUES (1);
    INSERT INTO hidden VALUES (1)`;

  it.each([
    ['DROP TABLE', 'DROP TABLE child;', /DROP TABLE of child/],
    ['DROP TABLE IF EXISTS, with its schema', 'DROP TABLE IF EXISTS side.t;', /of side\.t/],
    ['DROP COLUMN', 'ALTER TABLE t DROP COLUMN note;', /DROP COLUMN t\.note, which has values/],
    ['DROP SCHEMA', 'DROP SCHEMA side CASCADE;', /DROP SCHEMA side with side\.t/],
    ['TRUNCATE', 'TRUNCATE side.t;', /TRUNCATE of side\.t/],
    ['TRUNCATE CASCADE of what is referred to', 'TRUNCATE t CASCADE;', /TRUNCATE of/],
    ['DELETE', 'DELETE FROM t WHERE note IS NULL;', /DELETE of t/],
    [
      'DELETE inside WITH',
      'WITH d AS (DELETE FROM child RETURNING id) SELECT 1 FROM d;',
      /of child/,
    ],
    [
      'MERGE that deletes',
      'MERGE INTO child USING t ON t.id = child.id WHEN MATCHED THEN DELETE;',
      /DELETE of child/,
    ],
    ['a renamed table', 'ALTER TABLE t RENAME TO old; DROP TABLE old CASCADE;', /DROP TABLE of t,/],
    [
      'a renamed column of a renamed table',
      'ALTER TABLE t RENAME note TO n; ALTER TABLE t RENAME TO u; ALTER TABLE u DROP COLUMN n;',
      /DROP COLUMN t\.note/,
    ],
    ['a DO block', 'DO $$ BEGIN DELETE FROM t; END $$;', /may lose data \(a DO block/],
    ['DROP OWNED', 'DROP OWNED BY CURRENT_USER;', /may lose data \(DROP OWNED\)/],
    [
      'a table that another search path finds',
      'SET search_path = x, side; DROP TABLE t;',
      /side\.t/,
    ],
    [
      'a table that moved to another schema',
      'CREATE SCHEMA far; ALTER TABLE t SET SCHEMA far; ALTER TABLE far.t DROP COLUMN note;',
      /DROP COLUMN t\.note/,
    ],
    [
      'a table of a renamed schema',
      'ALTER SCHEMA side RENAME TO near; DROP TABLE near.t;',
      /DROP TABLE of side\.t/,
    ],
    [
      'a renamed schema',
      'ALTER SCHEMA side RENAME TO near; DROP SCHEMA near CASCADE;',
      /DROP SCHEMA side with side\.t/,
    ],
    ['DROP ATTRIBUTE', 'ALTER TYPE pair DROP ATTRIBUTE b CASCADE;', /may lose data \(ALTER TYPE/],
    ['what row security hides from the owner', 'DROP TABLE hidden;', /DROP TABLE of hidden/],
  ])('%s is found', async (_what, sql, told) => {
    await filledBooks(sql);
    const [exitCode, code, message] = problemOf(await fleetUp(fleet.load()));
    expect([exitCode, code, message]).toEqual([7, 'DATA_LOSS', expect.stringMatching(told)]);
  });

  it.each([
    ['a column without values', 'ALTER TABLE t DROP COLUMN kept;'],
    ['a table that the run itself makes', 'CREATE TABLE fresh (id int); DROP TABLE fresh;'],
    ['a table that is not there', 'DROP TABLE IF EXISTS nobody;'],
    ['an index, a view, a constraint', 'ALTER TABLE child DROP CONSTRAINT child_id_fkey;'],
    [
      'a function that would delete, only made',
      'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM t $$;',
    ],
    ['words in texts', "UPDATE t SET note = 'drop table, truncate, delete';"],
  ])('%s loses nothing', async (_what, sql) => {
    await filledBooks(sql);
    expect(await fleetUp(fleet.load())).toMatchObject({ exitCode: 0 });
  });

  /** Rows in every table, and one statement that is pending. */
  async function filledBooks(sql: string): Promise<void> {
    await books(base);
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    await fleet.query('books', fill);
    fleet.write('books', '002_more.sql', sql);
  }
});

describe('a migration class', () => {
  const number = '1700000000001';
  async function withClass(body: string, environment?: string): Promise<void> {
    await books({}, environment);
    // A table with a row that the class has not made, in a database with a history.
    const keep = `async up(r) { await r.query('CREATE TABLE kept AS SELECT 1 AS id'); } async down() {}`;
    const before = join(fleet.folder, 'before');
    writeClasses(before, [keep]);
    const target = targetOf(fleet.urlOf('books', 'owner'));
    await migrateDatabase(target, before, { service: 'books', environment });
    writeClasses(fleet.migrations('books'), [keep, body]);
  }

  function writeClasses(folder: string, bodies: readonly string[]): void {
    for (const part of ['src', 'dist']) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const classes = bodies.map((body, index) => {
      const name = `Make${BigInt(number) + BigInt(index)}`;
      writeFileSync(join(folder, 'src', `${BigInt(number) + BigInt(index)}-make.ts`), body);
      return { name, text: `export class ${name} { ${body} }\n` };
    });
    const list = `export const migrations = [${classes.map(({ name }) => name).join(', ')}];\n`;
    writeFileSync(
      join(folder, 'dist', 'index.js'),
      classes.map(({ text }) => text).join('') + list,
    );
    lockMigrations(folder);
  }
  const opaque = (sql: string): string =>
    `const [row] = await r.query('SELECT 1 AS n'); if (row.n === 1) await r.query('${sql}');`;

  it('is looked into by a rehearsal', async () => {
    await withClass(`async up(r) { await r.query('SELECT 1'); }
      async down(r) { for (const t of ['kept']) await r.query('DROP TABLE ' + t); }`);
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    expect(problemOf(await down())).toEqual([
      7,
      'DATA_LOSS',
      expect.stringMatching(/TABLE of kept/),
    ]);
  });

  it('that cannot be rehearsed may lose data on its way back', async () => {
    await withClass(`async up() {} async down(r) { ${opaque('DROP TABLE kept')} }`);
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    const told = expect.stringMatching(/may lose data \(what this class sends .*kept has rows/);
    expect(problemOf(await down())).toEqual([7, 'DATA_LOSS', told]);
    expect((await down({ allowDataLoss: true })).exitCode).toBe(0);
  });

  it('and outside development and test on its way up as well', async () => {
    const body = `async up(r) { ${opaque('SELECT 2')} } async down() {}`;
    await withClass(body);
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    await fleet.drop();
    await withClass(body, 'staging');
    const report = await fleetUp(fleet.load(), { environment: 'staging' });
    expect(problemOf(report).slice(0, 2)).toEqual([7, 'DATA_LOSS']);
  });
});
