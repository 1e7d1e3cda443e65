import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockMigrations } from '@fusion-prime/migrator';
import pg from 'pg';
import { adminUrl } from '../../../libs/migrator/test/fleet-fixture.js';
import { until } from '../../../libs/migrator/test/index-fixture.js';
import { fpIn } from './fp-process.js';

const folder = mkdtempSync(join(tmpdir(), 'fp-verify-'));
const vars = { SHADOW_URL: '' };

beforeAll(() => {
  vars.SHADOW_URL = adminUrl();
  writeFileSync(
    join(folder, 'fleet.yaml'),
    'version: 1\ndatabases:\n  - { name: books, database: b, url: BOOKS_URL, migrations: ./books }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Verified {
  wayBack: string;
  differences: { object: string }[];
  lost: unknown[];
}

/** Verifies a folder of these files; what was found about the last migration. */
async function verify(files: Record<string, string>) {
  rmSync(join(folder, 'books'), { recursive: true, force: true });
  mkdirSync(join(folder, 'books'));
  for (const [file, sql] of Object.entries(files)) {
    writeFileSync(join(folder, 'books', file), sql);
  }
  lockMigrations(join(folder, 'books'));
  const fp = fpIn(folder);
  const answer = await fp(['migrate', 'verify', '--fleet', 'fleet.yaml', '--json'], { vars });
  const { databases } = answer.json as unknown as {
    databases: {
      migrations: Verified[];
      unseeded: { table: string }[];
      problem: { code: string; message: string } | null;
    }[];
  };
  const [database] = databases;
  return { code: answer.code, database, last: database?.migrations.at(-1) };
}

const books = {
  '001_books.sql': 'CREATE TABLE books (id int PRIMARY KEY, title text NOT NULL);',
  '001_books_down.sql': 'DROP TABLE books;',
};

describe('fp migrate verify', () => {
  it('meets a CHECK that a later migration validates with rows that keep it', async () => {
    const { code, database } = await verify({
      ...books,
      '002_state.sql': `ALTER TABLE books ADD CONSTRAINT books_title_known
         CHECK (title IN ('Emma', 'Persuasion')) NOT VALID;`,
      '002_state_down.sql': 'ALTER TABLE books DROP CONSTRAINT books_title_known;',
      '003_validate.sql': 'ALTER TABLE books VALIDATE CONSTRAINT books_title_known;',
      '003_validate_down.sql': `ALTER TABLE books DROP CONSTRAINT books_title_known;
         ALTER TABLE books ADD CONSTRAINT books_title_known
         CHECK (title IN ('Emma', 'Persuasion')) NOT VALID;`,
    });
    expect({ code, problem: database?.problem }).toEqual({ code: 0, problem: null });
    expect(database?.migrations.map(({ wayBack }) => wayBack)).toEqual([
      'restores',
      'restores',
      'restores',
    ]);
    expect(database?.unseeded).toEqual([]);
  });

  it('takes the five services up, down and up again over rows in every table', async () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const { code, json } = await fpIn(root)(['migrate', 'verify', '--json'], { vars });
    const { databases } = json as unknown as {
      databases: { name: string; migrations: Verified[]; unseeded: unknown[] }[];
    };
    expect(code).toBe(0);
    expect(databases.map(({ name, unseeded }) => ({ name, unseeded }))).toEqual(
      ['compliance', 'price-oracle', 'settlement', 'risk-engine', 'alert'].map((name) => ({
        ...{ name, unseeded: [] },
      })),
    );
    const ways = databases.flatMap(({ migrations }) => migrations.map(({ wayBack }) => wayBack));
    expect(new Set(ways)).toEqual(new Set(['restores']));
    const listed = databases.flatMap(({ name }) =>
      readFileSync(join(root, 'migrations', name, 'migrations.lock'), 'utf8').match(/^\d+ /gm),
    );
    expect(ways).toHaveLength(listed.length);
  });

  it('finds nothing wrong where the way back restores the schema', async () => {
    const { code, last } = await verify({
      ...books,
      '002_pages.sql': 'ALTER TABLE books ADD COLUMN pages int;',
      '002_pages_down.sql': 'ALTER TABLE books DROP COLUMN pages;',
    });
    expect(code).toBe(0);
    expect(last).toMatchObject({ wayBack: 'restores', differences: [], lost: [] });
  });

  it('fails where the second `up` meets what the way back left behind', async () => {
    const { code, last } = await verify({
      ...books,
      '002_pages.sql':
        'ALTER TABLE books ADD COLUMN pages int; CREATE INDEX by_pages ON books (id);',
      '002_pages_down.sql': 'ALTER TABLE books DROP COLUMN pages;',
    });
    expect(code).toBe(5);
    expect(last).toBeUndefined();
  });

  it('names a default that the way back forgot', async () => {
    const { code, last } = await verify({
      ...books,
      '002_untitled.sql': `ALTER TABLE books ALTER COLUMN title SET DEFAULT 'untitled';`,
      '002_untitled_down.sql': 'SELECT 1;',
    });
    expect(code).toBe(4);
    expect(last?.wayBack).toBe('differs');
    expect(last?.differences.map(({ object }) => object)).toContain('column public.books.title');
  });

  it('reports rows and values that do not come back', async () => {
    const { code, last } = await verify({
      ...books,
      '002_titles.sql': 'ALTER TABLE books DROP COLUMN title;',
      '002_titles_down.sql': `ALTER TABLE books ADD COLUMN title text NOT NULL DEFAULT ''; ALTER TABLE books ALTER COLUMN title DROP DEFAULT;`,
    });
    expect(code).toBe(0);
    expect(last?.lost).toEqual([{ table: 'public.books', rows: 0, columns: ['title'] }]);
    const emptied = await verify({
      ...books,
      '002_empty.sql': 'DELETE FROM books;',
      '002_empty_down.sql': 'SELECT 1;',
    });
    expect(emptied.last?.lost).toEqual([{ table: 'public.books', rows: 5, columns: [] }]);
  });

  it('fails, naming the migration, where `up` does not survive rows', async () => {
    const { code, database } = await verify({
      ...books,
      '002_isbn.sql': 'ALTER TABLE books ADD COLUMN isbn text NOT NULL;',
      '002_isbn_down.sql': 'ALTER TABLE books DROP COLUMN isbn;',
    });
    expect(code).toBe(5);
    expect(database?.problem).toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(database?.problem?.message).toContain('2 isbn failed on the shadow (up)');
  });

  it('says which migrations have no way back, and which tables were tried without rows', async () => {
    const { code, database, last } = await verify({
      '001_closed.sql': 'CREATE TABLE closed (n int NOT NULL CHECK (n > 5 AND n < 3));',
    });
    expect(code).toBe(0);
    expect(last?.wayBack).toBe('none');
    expect(database?.unseeded).toMatchObject([{ table: 'public.closed', rows: 0 }]);
  });
});

describe('rows that a migration brings', () => {
  it('do not collide with those that were put there to try it', async () => {
    const { code, database } = await verify({
      ...books,
      '002_first_books.sql': "INSERT INTO books VALUES (1, 'one'), (2, 'two');",
      '002_first_books_down.sql': 'DELETE FROM books WHERE id IN (1, 2);',
    });
    expect([code, database?.problem]).toEqual([0, null]);
  });
});

describe('fp migrate verify that is told to end', () => {
  it('ends with 143, and leaves neither database nor role on the server of SHADOW_URL', async () => {
    rmSync(join(folder, 'books'), { recursive: true, force: true });
    mkdirSync(join(folder, 'books'));
    writeFileSync(join(folder, 'books', '001_wait.sql'), 'SELECT pg_sleep(60) AS told_to_end;');
    lockMigrations(join(folder, 'books'));
    const client = new pg.Client({ connectionString: adminUrl() });
    await client.connect();
    let end: (signal: 'SIGTERM') => void = () => undefined;
    const ending = fpIn(folder)(['migrate', 'verify', '--fleet', 'fleet.yaml'], {
      vars,
      watch: (_, kill) => (end = kill),
    });
    let shadow = '';
    await until('a shadow at work', async () => {
      const { rows } = await client.query<{ datname: string }>(
        `SELECT datname FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60) AS told_to_end%'
           AND pid <> pg_backend_pid()`,
      );
      shadow = rows[0]?.datname ?? '';
      return shadow !== '';
    });
    end('SIGTERM');
    expect(await ending).toMatchObject({ code: 143, stdout: '' });
    const { rows } = await client.query(
      `SELECT datname FROM pg_database WHERE datname = $1
       UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE $1 || '%'`,
      [shadow],
    );
    await client.end();
    expect(rows).toEqual([]);
  });
});
