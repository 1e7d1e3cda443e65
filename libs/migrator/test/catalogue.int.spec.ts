import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import {
  type Catalogue,
  compareCatalogues,
  fingerprintOf,
  fleetUp,
  readCatalogue,
} from '../src/index.js';
import { EVERYTHING, TAMPERINGS } from './catalogue-fixture.js';
import { TestFleet } from './fleet-fixture.js';

const NAME = 'books';
let fleet: TestFleet;
let client: pg.Client;
let before: Catalogue;

beforeAll(async () => {
  const files = { '001_everything.sql': EVERYTHING };
  fleet = await TestFleet.create([
    { name: NAME, files },
    { name: 'films', files },
  ]);
  expect((await fleetUp(fleet.load())).exitCode).toBe(0);
  client = await fleet.client(NAME);
  before = await readCatalogue(client);
});
afterAll(async () => {
  await client.end();
  await fleet.drop();
});

const withRoles = (sql: string, name = NAME): string => {
  const { owner, app } = fleet.spec(name);
  return sql.replaceAll('{owner}', owner.user).replaceAll('{app}', app.user);
};

/** What is seen of a change that is then taken back. */
async function after(sql: string): Promise<Catalogue> {
  await client.query(`BEGIN; ${withRoles(sql)}`);
  try {
    return await readCatalogue(client);
  } finally {
    await client.query('ROLLBACK');
  }
}

describe('the catalogue', () => {
  it.each(TAMPERINGS.map((row) => [row.what, row] as const))('tells of %s', async (_, row) => {
    const found = compareCatalogues(before, await after(row.sql));
    const theOne = found.find(({ object }) => object === row.object);
    expect(theOne).toMatchObject({ kind: row.kind, object: row.object });
    expect(theOne?.detail).toContain(row.says ?? row.object);
  });

  it('tells of nothing else', async () => {
    const noise: string[] = [];
    for (const { sql, object, also = [] } of TAMPERINGS) {
      const others = compareCatalogues(before, await after(sql))
        .map((difference) => difference.object)
        .filter((name) => name !== object && !also.includes(name));
      noise.push(...others.map((name) => `${object}: ${name}`));
    }
    expect(noise).toEqual([]);
  });

  it('is the same for two databases whose roles have other names', async () => {
    const other = await fleet.client('films');
    const [mine, theirs] = [before, await readCatalogue(other)];
    await other.end();
    expect(compareCatalogues(mine, theirs)).toEqual([]);
    expect(fingerprintOf(mine)).toBe(fingerprintOf(theirs));
    expect(JSON.stringify(mine)).not.toContain(fleet.spec(NAME).owner.user);
  });

  it('does not know rows, where a sequence stands, temporary tables, or what an extension owns', async () => {
    const seen = await after(`
      INSERT INTO users (email) VALUES ('a@b.c'); SELECT nextval('numbers'); ANALYZE users;
      CREATE TEMP TABLE scratch (id serial PRIMARY KEY); CREATE EXTENSION citext`);
    expect(compareCatalogues(before, seen).map(({ object }) => object)).toEqual([
      'extension citext',
    ]);
  });

  it('does not know the order of columns', async () => {
    const [one, two] = [
      await after('CREATE TABLE o (a int, b text)'),
      await after('CREATE TABLE o (b text, a int)'),
    ];
    expect(fingerprintOf(one)).toBe(fingerprintOf(two));
  });

  it("does not know the books of TypeORM and Alembic, but knows a user's table called migrations", async () => {
    const books = `CREATE TABLE public.migrations (id serial, "timestamp" bigint, name varchar,
        CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id));
      CREATE TABLE alembic_version (version_num varchar(32) NOT NULL,
        CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))`;
    expect(compareCatalogues(before, await after(books))).toEqual([]);
    const own = await after('CREATE TABLE public.migrations (id serial PRIMARY KEY, file text)');
    expect(compareCatalogues(before, own).map(({ object }) => object)).toContain(
      'table public.migrations',
    );
  });

  it("reads the same whatever the session's own taste is, and leaves that as it was", async () => {
    await client.query(`BEGIN; SET LOCAL search_path = public, pg_catalog; SET LOCAL timezone = 'Asia/Tokyo';
      SET LOCAL intervalstyle = 'iso_8601'; SET LOCAL quote_all_identifiers = on`);
    expect(fingerprintOf(await readCatalogue(client))).toBe(fingerprintOf(before));
    const { rows } = await client.query(`SELECT current_setting('timezone') AS zone,
      current_setting('search_path') AS path, current_setting('quote_all_identifiers') AS quotes`);
    expect(rows[0]).toEqual({ zone: 'Asia/Tokyo', path: 'public, pg_catalog', quotes: 'on' });
    await client.query('ROLLBACK');
  });

  it('leaves an open transaction usable when it cannot be read', async () => {
    const other = await fleet.client(NAME);
    await other.query('BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE');
    await client.query(`BEGIN; SET LOCAL lock_timeout = '50ms'; CREATE TABLE kept (id int)`);
    await expect(readCatalogue(client)).rejects.toMatchObject({ code: '55P03' });
    expect((await client.query('SELECT * FROM kept')).rowCount).toBe(0);
    await client.query('ROLLBACK');
    await other.end();
    expect(client.getTransactionStatus()).toBe('I');
  });
});
