import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { openSession } from '../src/run/session.js';
import { seedRows } from '../src/seed/seed.js';
import { openShadow, type Shadow } from '../src/shadow/shadow.js';
import { adminUrl, targetOf } from './fleet-fixture.js';

let shadow: Shadow;
let client: pg.Client;

beforeAll(async () => {
  shadow = await openShadow({ url: targetOf(adminUrl()) });
  const { owner } = await shadow.createDatabase('books');
  client = await openSession(owner, 'books');
});
afterAll(async () => {
  await client.end();
  await shadow.stop();
});

describe('rows for a table that has none', () => {
  it.each([
    ['plain types', 'a int NOT NULL, b text NOT NULL, c timestamptz NOT NULL, d uuid PRIMARY KEY'],
    ['short texts', 'a varchar(2) NOT NULL, b char(1) NOT NULL, c varchar(3) UNIQUE NOT NULL'],
    ['what fills itself', 'id bigserial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY'],
    ['a generated column', 'a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED'],
    ['a list of words', `s varchar(16) NOT NULL CHECK (s IN ('open', 'shut'))`],
    ['a range of numbers', 'n numeric(38,18) NOT NULL CHECK (n > 0 AND n <= 0.5)'],
    ['a length of bytes', 'h bytea NOT NULL CHECK (octet_length(h) = 32)'],
    ['a pattern', `h text NOT NULL CHECK (h ~ '^[0-9a-f]{64}$'), c text CHECK (c ~ '^[A-Z]{3}$')`],
    [
      'two columns that must agree',
      `s text NOT NULL CHECK (s IN ('new', 'paid')), at timestamptz, CHECK ((s = 'paid') = (at IS NOT NULL))`,
    ],
    [
      'json of a kind',
      `j jsonb NOT NULL CHECK (jsonb_typeof(j) = 'array' AND jsonb_array_length(j) > 0)`,
    ],
    [
      'json, arrays and ranges',
      'a jsonb NOT NULL, b text[] NOT NULL, c int4range NOT NULL, d inet',
    ],
    ['itself as parent', 'id int PRIMARY KEY, parent int REFERENCES filled (id)'],
    [
      'a kind tied to keys that exclude each other',
      `id uuid PRIMARY KEY, kind text NOT NULL, ends uuid REFERENCES filled, undoes uuid REFERENCES filled,
       CHECK ((kind IN ('post', 'void')) = (ends IS NOT NULL)), CHECK (undoes IS NULL OR kind = 'posted'),
       CHECK (kind IN ('posted', 'post', 'void'))`,
    ],
  ])('are found for %s', async (_, columns) => {
    await client.query(`DROP TABLE IF EXISTS filled; CREATE TABLE filled (${columns})`);
    const seeded = await seedRows(client, 2);
    await client.query('DROP TABLE filled');
    expect(seeded).toEqual([{ table: 'public.filled', rows: 2, refused: null }]);
  });

  it('come for enums, domains and children of other tables', async () => {
    await client.query(`
      CREATE TYPE mood AS ENUM ('calm', 'busy'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
      CREATE TABLE parents (id varchar(9) PRIMARY KEY, m mood NOT NULL);
      CREATE TABLE a_children (p varchar(9) NOT NULL REFERENCES parents (id), n positive NOT NULL)`);
    const seeded = await seedRows(client, 3);
    await client.query('DROP TABLE a_children, parents; DROP DOMAIN positive; DROP TYPE mood');
    expect(seeded).toEqual([
      { table: 'public.parents', rows: 3, refused: null },
      { table: 'public.a_children', rows: 3, refused: null },
    ]);
  });

  it('are told to be missing when nothing satisfies the CHECKs', async () => {
    await client.query(`CREATE TABLE closed (n int NOT NULL CHECK (n > 5 AND n < 3))`);
    const [seeded] = await seedRows(client, 1);
    await client.query('DROP TABLE closed');
    expect(seeded).toMatchObject({ table: 'public.closed', rows: 0 });
    expect(seeded?.refused).toContain('closed_n_check');
  });

  it('are not put beside rows that are there', async () => {
    await client.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
    const seeded = await seedRows(client, 1);
    await client.query('DROP TABLE kept');
    expect(seeded).toEqual([]);
  });
});
