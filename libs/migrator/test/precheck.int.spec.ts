import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { preChecks } from '../src/index.js';
import { TestFleet } from './fleet-fixture.js';

let fleet: TestFleet;
let client: pg.Client;
beforeAll(async () => {
  fleet = await TestFleet.create([{ name: 'books', files: { '001_t.sql': 'SELECT 1;' } }]);
  client = await fleet.client('books');
  await client.query(`
    CREATE TABLE authors (id int PRIMARY KEY, name text);
    CREATE TABLE books (id int PRIMARY KEY, author int, isbn text, price int, "Odd" text);
    INSERT INTO authors VALUES (1, 'a'), (2, NULL);
    INSERT INTO books SELECT n, CASE n WHEN 3 THEN 9 WHEN 4 THEN NULL ELSE 1 END,
      CASE n % 20 WHEN 0 THEN NULL ELSE 'I' || n / 2 END, n - 2, ')' FROM generate_series(1, 60) n;
    ALTER TABLE books ADD CONSTRAINT old_rule CHECK (price <> 5) NOT VALID;
    CREATE TABLE bare (n int); INSERT INTO bare VALUES (NULL)`);
});
afterAll(async () => {
  await client.end();
  await fleet.drop();
});

const brief = async (...statements: string[]): Promise<unknown[]> =>
  (await preChecks(client, statements)).map(({ check, level, keys, more }) => [
    check,
    level,
    keys.length,
    more,
    keys[0],
  ]);

describe('before pending statements run', () => {
  it.each([
    [
      'duplicates before a unique index',
      'CREATE UNIQUE INDEX i ON books ((price % 2))',
      [['duplicates', 'error', 2, false, expect.anything()]],
    ],
    [
      'more than ten of them',
      'CREATE UNIQUE INDEX i ON books (isbn)',
      [['duplicates', 'error', 10, true, expect.anything()]],
    ],
    [
      'those of an expression and a predicate, with order and class',
      `CREATE UNIQUE INDEX i ON books (lower(isbn) text_pattern_ops DESC, "Odd") WHERE "Odd" = ')' AND price < 3`,
      [['duplicates', 'error', 1, false, 'i1, )']],
    ],
    [
      'NULLs, where they count as equal',
      'CREATE UNIQUE INDEX i ON books (nullif(price, price)) NULLS NOT DISTINCT',
      [['duplicates', 'error', 1, false, 'NULL']],
    ],
    [
      'duplicates before a unique constraint',
      'ALTER TABLE books ADD CONSTRAINT u UNIQUE (author)',
      [['duplicates', 'error', 1, false, '1']],
    ],
    [
      'NULLs before NOT NULL, by the key of their rows',
      'ALTER TABLE authors ALTER name SET NOT NULL',
      [['nulls', 'error', 1, false, '2']],
    ],
    [
      'NULLs of a table without a key, by their place',
      'ALTER TABLE bare ALTER n SET NOT NULL',
      [['nulls', 'error', 1, false, '(0,1)']],
    ],
    [
      'both before a primary key',
      'ALTER TABLE bare ADD PRIMARY KEY (n)',
      [['nulls', 'error', 1, false, '(0,1)']],
    ],
    [
      'orphans before a foreign key',
      'ALTER TABLE books ADD FOREIGN KEY (author) REFERENCES authors',
      [['orphans', 'error', 1, false, '9']],
    ],
    [
      'violations before CHECK, with a parenthesis in a string',
      `ALTER TABLE books ADD CHECK (price > 0 AND "Odd" = ')')`,
      [['violations', 'error', 2, false, '1']],
    ],
    [
      'violations of what is to be validated at last',
      'ALTER TABLE books VALIDATE CONSTRAINT old_rule',
      [['violations', 'error', 1, false, '7']],
    ],
  ])('finds %s', async (_what, sql, expected) => {
    expect(await brief(sql)).toEqual(expected);
  });

  it.each([
    ['a constraint that need not be valid', 'ALTER TABLE books ADD CHECK (price > 0) NOT VALID'],
    [
      'a table that is still to be made',
      'CREATE TABLE later (id int); ALTER TABLE later ADD UNIQUE (id)',
    ],
    [
      'a column that is still to be made',
      'ALTER TABLE books ADD COLUMN c int UNIQUE; ALTER TABLE books ALTER c SET NOT NULL',
    ],
    ['an index that is not unique', 'CREATE INDEX i ON books (author)'],
    ['NULLs, where they do not', 'CREATE UNIQUE INDEX i ON books (nullif(price, price))'],
    [
      'what holds',
      'ALTER TABLE books ADD CHECK (price < 1000); ALTER TABLE authors ADD UNIQUE (name)',
    ],
  ])('says nothing of %s', async (_what, sql) => {
    expect(await brief(...sql.split(';'))).toEqual([]);
  });

  it('finds it once a later statement validates it, and names that statement', async () => {
    const findings = await preChecks(client, [
      'ALTER TABLE books ADD CONSTRAINT f FOREIGN KEY (author) REFERENCES authors (id) NOT VALID',
      'ALTER TABLE books VALIDATE CONSTRAINT f',
    ]);
    expect(findings).toMatchObject([
      {
        check: 'orphans',
        statement: 1,
        message: '"books", FOREIGN KEY ("author"), no row that they point at: 9',
      },
    ]);
  });

  it('only warns where an earlier statement writes to the table, and may mend it', async () => {
    const backfill = `UPDATE authors SET name = 'x' WHERE name IS NULL`;
    expect(await brief(backfill, 'ALTER TABLE authors ALTER name SET NOT NULL')).toEqual([
      ['nulls', 'warning', 1, false, '2'],
    ]);
  });

  it('says what it could not look at, and goes on', async () => {
    const other = await fleet.client('books');
    await other.query('BEGIN; LOCK TABLE books');
    const findings = await brief(
      'ALTER TABLE books ALTER author SET NOT NULL',
      'ALTER TABLE authors ALTER name SET NOT NULL',
    );
    await other.end();
    expect(findings).toEqual([
      ['not-checked', 'warning', 0, false, undefined],
      ['nulls', 'error', 1, false, '2'],
    ]);
  });

  it('changes nothing, and cannot', async () => {
    await client.query(`CREATE FUNCTION bad(int) RETURNS bool LANGUAGE plpgsql AS
      $$ BEGIN DELETE FROM books; RETURN false; END $$`);
    expect(await brief('ALTER TABLE authors ADD CHECK (bad(id))')).toEqual([
      ['not-checked', 'warning', 0, false, undefined],
    ]);
    expect((await client.query('SELECT FROM books')).rowCount).toBe(60);
  });
});
