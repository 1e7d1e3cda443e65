import { afterEach, describe, expect, it } from '@jest/globals';
import { expectedObjects } from '../src/drift/expected-objects.js';
import { type DatabaseHealth, fleetHealth, fleetUp, loadMigrations } from '../src/index.js';
import { TestFleet } from './fleet-fixture.js';

const NAME = 'books';
let fleet: TestFleet;
afterEach(() => fleet.drop());

async function created(files: Record<string, string>): Promise<void> {
  fleet = await TestFleet.create([{ name: NAME, files }]);
  expect((await fleetUp(fleet.load())).exitCode).toBe(0);
}

async function health(
  vars: Record<string, string> = {},
): Promise<DatabaseHealth & { exitCode: number }> {
  const { exitCode, databases } = await fleetHealth(fleet.load(vars));
  const [database] = databases;
  if (database === undefined) throw new Error('the report is empty');
  return { ...database, exitCode };
}

const files = {
  '001_users.sql': `CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);
    CREATE INDEX ix_users_email ON users (lower(email));`,
  '002_posts.sql': 'CREATE TABLE posts (id bigint CONSTRAINT posts_id PRIMARY KEY);',
};

describe('health', () => {
  it('is good after up, and tells what is applied and what is not', async () => {
    await created(files);
    fleet.write(NAME, '003_t.sql', 'CREATE TABLE t (id int);');
    expect(await health()).toMatchObject({
      exitCode: 0,
      connected: true,
      initialized: true,
      current: { number: '2' },
      applied: [{ number: '1' }, { number: '2' }],
      pending: [{ number: '3' }],
      schema: 'same',
      issues: [],
    });
  });

  it('names missing tables and indexes, those of constraints too, without a shadow', async () => {
    await created(files);
    await fleet.query(
      NAME,
      'DROP TABLE posts; DROP INDEX ix_users_email; ALTER TABLE users DROP CONSTRAINT users_email_key',
    );
    expect(await health()).toMatchObject({
      exitCode: 4,
      schema: 'different',
      missingTables: ['public.posts'],
      missingIndexes: ['public.ix_users_email', 'public.users_email_key'],
      problem: { code: 'DRIFT_FOUND' },
    });
  });

  it('names an INVALID index', async () => {
    await created(files);
    await fleet.query(
      NAME,
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_users_email'::regclass`,
    );
    expect(await health()).toMatchObject({
      exitCode: 4,
      missingIndexes: [],
      invalidIndexes: ['index public.ix_users_email'],
    });
  });

  it('sees a change that is neither a table nor an index, and says how to learn more', async () => {
    await created(files);
    await fleet.query(NAME, 'ALTER TABLE posts ADD note text');
    const { exitCode, issues } = await health();
    expect([exitCode, issues]).toEqual([
      4,
      [expect.stringContaining('npx fp migrate drift --only books')],
    ]);
  });

  it('says of a database that nobody has created that all is still to come', async () => {
    fleet = await TestFleet.create([{ name: NAME, files }]);
    await fleet.query(NAME, 'DROP SCHEMA migrator CASCADE');
    expect(await health()).toMatchObject({
      exitCode: 12,
      connected: true,
      initialized: false,
      pending: [{ number: '1' }, { number: '2' }],
      issues: [expect.stringContaining('IDENTITY_MISSING')],
    });
  });

  it('says of a server that does not answer that it does not', async () => {
    fleet = await TestFleet.create([{ name: NAME, files }]);
    const nowhere = { BOOKS_MIGRATE_URL: 'postgresql://o:p@127.0.0.1:1/books' };
    expect(await health(nowhere)).toMatchObject({
      exitCode: 9,
      connected: false,
      initialized: false,
    });
  });
});

describe('what the SQL of migrations says should be there', () => {
  it('follows names through creation, renaming and dropping', async () => {
    const sql = `
      CREATE TABLE a (id int PRIMARY KEY, b text UNIQUE, c int, CONSTRAINT ab UNIQUE (id, b));
      CREATE TEMP TABLE gone (id int PRIMARY KEY);
      CREATE INDEX ON a (c); CREATE INDEX ON a (c); CREATE INDEX a_lower ON a (lower(b));
      CREATE SCHEMA s; CREATE TABLE s.t (id int, x int, CONSTRAINT odd_name PRIMARY KEY (id));
      CREATE UNIQUE INDEX t_x ON s.t (x); ALTER TABLE s.t ADD CONSTRAINT t_unique UNIQUE USING INDEX t_x;
      CREATE TABLE copy AS SELECT 1 AS one;
      CREATE TABLE old (id int PRIMARY KEY); ALTER TABLE old RENAME TO young;
      ALTER TABLE a DROP CONSTRAINT ab; ALTER INDEX a_lower RENAME TO "A lower"; ALTER TABLE a DROP COLUMN b;
      ALTER TABLE a ADD CONSTRAINT a_two UNIQUE (id, c), ADD COLUMN d int UNIQUE;
      CREATE TABLE dropped (id int PRIMARY KEY); DROP TABLE dropped;
      CREATE SCHEMA away; CREATE TABLE away.t (id int PRIMARY KEY); DROP SCHEMA away CASCADE;`;
    fleet = await TestFleet.create([{ name: NAME, files: { '001_all.sql': sql } }]);
    const expected = await expectedObjects(await loadMigrations(fleet.migrations(NAME)));
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    const live = await fleet.query<{ kind: string; name: string }>(
      NAME,
      `SELECT c.relkind AS kind, n.nspname || '.' || quote_ident(c.relname) AS name FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname IN ('public', 's', 'away') AND c.relkind IN ('r', 'i')`,
    );
    const named = (kind: string): string[] =>
      live
        .filter((row) => row.kind === kind)
        .map(({ name }) => name)
        .sort();
    expect([...expected.tables].sort()).toEqual(named('r'));
    expect([...expected.indexes.keys()].sort()).toEqual(named('i'));
  });
});
