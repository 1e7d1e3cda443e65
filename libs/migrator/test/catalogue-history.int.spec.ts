import { afterEach, describe, expect, it } from '@jest/globals';
import { recordedFingerprint } from '../src/catalogue/recorded-fingerprint.js';
import { readSchema } from '../src/catalogue/catalogue.js';
import { fleetDown, fleetHistory, fleetUp } from '../src/index.js';
import { TestFleet, threeTables } from './fleet-fixture.js';

const NAME = 'books';
let fleet: TestFleet;
afterEach(() => fleet.drop());

const create = async (files: Record<string, string>): Promise<void> => {
  fleet = await TestFleet.create([{ name: NAME, files }]);
};

async function live(): Promise<string> {
  const client = await fleet.client(NAME);
  try {
    return recordedFingerprint(await readSchema(client));
  } finally {
    await client.end();
  }
}

/** `number direction status fingerprint`, oldest first; the fingerprint as far as it can be told apart. */
async function fingerprints(): Promise<(string | null)[]> {
  const rows = await fleet.query<{ fingerprint: string | null }>(
    NAME,
    'SELECT schema_fingerprint AS fingerprint FROM migrator.history ORDER BY seq',
  );
  return rows.map(({ fingerprint }) => fingerprint);
}

describe('the last row of a run', () => {
  it('carries the fingerprint of the schema that it left, up and down, and the others none', async () => {
    await create(threeTables);
    await fleetUp(fleet.load());
    const three = await live();
    expect(await fingerprints()).toEqual([null, null, three]);
    await fleetDown(fleet.load(), { steps: 2 });
    const one = await live();
    expect(one).not.toBe(three);
    expect((await fingerprints()).slice(3)).toEqual([null, one]);
    await fleetUp(fleet.load());
    expect((await fingerprints()).at(-1)).toBe(three);
    expect((await fleetHistory(fleet.load())).exitCode).toBe(0);
  });

  it('carries it when it failed: of what the migrations before it had left', async () => {
    await create({
      ...threeTables,
      '004_no.sql': 'CREATE TABLE t4 (id int); CREATE TABLE t1 (id int);',
    });
    expect((await fleetUp(fleet.load())).exitCode).toBe(5);
    expect(await fleet.tables(NAME)).toEqual(['t1', 't2', 't3']);
    expect(await fingerprints()).toEqual([null, null, null, await live()]);
  });

  it('carries it outside a transaction, with the index', async () => {
    await create({
      '001_t.sql': 'CREATE TABLE t (id int);',
      '002_i.sql': '-- migrate: transaction=none\nCREATE INDEX CONCURRENTLY t_id ON t (id);',
    });
    await fleetUp(fleet.load());
    expect(await fingerprints()).toEqual([null, null, await live()]);
  });

  it('carries it whatever the migration did to its session', async () => {
    await create({
      '001_t.sql': `CREATE TABLE t (at timestamptz DEFAULT '2026-01-01 00:00:00+00');
        SET search_path = pg_catalog; SET timezone = 'Asia/Tokyo'; SET LOCAL datestyle = 'German';`,
    });
    await fleetUp(fleet.load());
    expect(await fingerprints()).toEqual([await live()]);
  });

  it('carries none, and is applied, when somebody changes what a view is made of', async () => {
    await create({ '001_v.sql': 'CREATE TABLE t (id int); CREATE VIEW v AS SELECT * FROM t;' });
    await fleetUp(fleet.load());
    fleet.write(NAME, '002_u.sql', 'CREATE TABLE u (id int);');
    const other = await fleet.client(NAME, 'owner');
    await other.query('BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    const report = await fleetUp(fleet.load());
    await other.end();
    expect(report.exitCode).toBe(0);
    expect((await fingerprints())[1]).toBeNull();
    expect(await fleet.tables(NAME)).toEqual(['t', 'u']);
  });

  it('is not written when a deferred constraint is broken', async () => {
    await create({
      '001_t.sql':
        'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a DEFERRABLE INITIALLY DEFERRED);',
      '002_orphan.sql': 'INSERT INTO b VALUES (1);',
    });
    const report = await fleetUp(fleet.load());
    expect(report.databases[0]?.problem).toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await fleet.history(NAME)).toEqual(['1 up applied', '2 up failed']);
  });
});
