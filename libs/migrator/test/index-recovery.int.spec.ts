import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetDown, fleetStatus, migrateDatabase } from '../src/index.js';
import { targetOf, TestFleet } from './fleet-fixture.js';
import {
  crash,
  INDEX,
  indexState,
  lastRow,
  NAME,
  oldTransaction,
  until,
  up,
  waitingBuilder,
  withIndex,
} from './index-fixture.js';

let fleet: TestFleet;
afterEach(() => fleet.drop());

async function crashed(sql?: string): Promise<void> {
  fleet = await TestFleet.create([{ name: NAME, files: withIndex(sql) }]);
  await crash(fleet);
  expect(await fleet.history(NAME)).toEqual(['1 up applied', '2 up started']);
  expect(await indexState(fleet)).toBe('INVALID');
}

/** What somebody did between the crash and the next run. */
async function meanwhile(...statements: string[]): Promise<void> {
  const client = await fleet.client(NAME, 'owner');
  for (const sql of statements) await client.query(sql);
  await client.end();
}

const DROP = 'DROP INDEX t_page';

describe('the run after a crash in a concurrent build', () => {
  it.each<[string, string[], string, string]>([
    ['INVALID', [], 'was found INVALID, dropped, and built again', '2 up started'],
    ['absent', [DROP], 'was found absent, and built again', '2 up started'],
    ['valid', [DROP, INDEX], 'was found valid', '2 up started'],
  ])('finds the index %s and ends right', async (_state, statements, note) => {
    await crashed();
    await meanwhile(...statements);
    expect((await fleetStatus(fleet.load())).databases[0]).toMatchObject({
      state: 'pending',
      applied: 1,
      problem: null,
    });
    const { exitCode, run } = await up(fleet);
    const recovered = `recovered: index t_page ${note}`;
    expect([exitCode, run?.changed]).toMatchObject([0, [{ number: '2', recovered }]]);
    expect(await indexState(fleet)).toBe('valid');
    expect(await lastRow(fleet)).toBe(`2 up applied: ${recovered}`);
    // The chain is verified by every look, and there is nothing left to do.
    expect(await up(fleet)).toMatchObject({ exitCode: 0, run: { changed: [] } });
  });

  it.each<[string, string, string]>([
    ['other columns', 'ON t (a) WHERE a > 0', 'columns ["a"] instead of ["a","b"]'],
    ['columns in another order', 'ON t (b, a) WHERE a > 0', 'columns'],
    ['uniqueness', 'ON t (a, b) WHERE a > 0', 'uniqueness'],
    ['another predicate', 'ON t (a, b) WHERE a > 1', 'predicate (a > 1) instead of (a > 0)'],
    ['no predicate', 'ON t (a, b)', 'predicate none instead of'],
    ['another method', 'ON t USING brin (a, b) WHERE a > 0', 'method brin instead of btree'],
    ['another sorting', 'ON t (a DESC, b) WHERE a > 0', 'order'],
    ['another operator class', 'ON t (a, b text_pattern_ops) WHERE a > 0', 'operator classes'],
    ['another collation', 'ON t (a, b COLLATE "C") WHERE a > 0', 'collations'],
    ['a column more', 'ON t (a, b) INCLUDE (gone) WHERE a > 0', 'columns'],
    ['another table', 'ON other (a, b)', 'it belongs to other, not to "t"'],
  ])('refuses an index of the same name with %s', async (what, definition, difference) => {
    await crashed();
    const unique = what === 'uniqueness' ? 'UNIQUE' : '';
    const create = `CREATE ${unique} INDEX t_page ${definition}`;
    await meanwhile(DROP, 'CREATE TABLE other (a int, b text)', create);
    const { exitCode, code, message } = await up(fleet);
    expect([exitCode, code]).toEqual([7, 'INDEX_DIFFERS']);
    expect(message).toContain('books: 2 page: there is an index t_page');
    expect(message).toContain(difference);
    // It is nobody's to touch, and the start is still without an end.
    expect(await indexState(fleet)).toBe('valid');
    expect(await lastRow(fleet)).toContain('2 up started');
    await meanwhile(DROP);
    expect((await up(fleet)).exitCode).toBe(0);
  });

  it('takes another spelling of the same index for the same', async () => {
    const spelled = `create unique index /* ü */ concurrently "t_page"
      on only public."t" using btree (a, lower(b)) where b in ('x', 'y') and not a between 1 and 3`;
    await crashed(spelled);
    await meanwhile(
      DROP,
      'ALTER TABLE t DROP COLUMN gone',
      `CREATE UNIQUE INDEX t_page ON t (a, lower(b))
       WHERE b = ANY (ARRAY['x', 'y']) AND NOT (a >= 1 AND a <= 3)`,
    );
    expect(await up(fleet)).toMatchObject({ exitCode: 0, message: undefined });
    expect(await lastRow(fleet)).toContain('was found valid');
  });

  it('refuses a file that was edited after its start', async () => {
    await crashed();
    fleet.write(NAME, '002_page.sql', '-- migrate: transaction=none\nVACUUM;');
    expect(await up(fleet)).toMatchObject({ exitCode: 10, code: 'MIGRATION_EDITED' });
  });

  it('may go down instead: the half of an index is dropped', async () => {
    await crashed();
    expect((await fleetDown(fleet.load())).exitCode).toBe(0);
    expect(await indexState(fleet)).toBeUndefined();
    expect((await fleetStatus(fleet.load())).databases[0]).toMatchObject({ applied: 1 });
    expect((await up(fleet)).exitCode).toBe(0);
  });

  it('is refused the way down when that says nothing about this index', async () => {
    fleet = await TestFleet.create([
      { name: NAME, files: withIndex(INDEX, 'DROP INDEX CONCURRENTLY IF EXISTS other') },
    ]);
    await crash(fleet);
    const { exitCode, databases } = await fleetDown(fleet.load());
    expect([exitCode, databases[0]?.problem?.code]).toEqual([7, 'MIGRATION_UNFINISHED']);
    expect(await indexState(fleet)).toBe('INVALID');
  });
});

describe('an index that somebody still builds', () => {
  /** By hand, without the engine's lock; waits for an old transaction. */
  async function builtByHand() {
    await crashed();
    await meanwhile(DROP);
    const old = await oldTransaction(fleet);
    const hand = await fleet.client(NAME, 'admin');
    await hand.query(`SET application_name = 'night shift'`);
    const built = hand.query(INDEX);
    await waitingBuilder(fleet);
    return { old, hand, built };
  }

  it('is waited for, and taken over when it is valid', async () => {
    const { old, hand, built } = await builtByHand();
    let holder = '';
    const run = up(fleet, {
      reporter: (event) => {
        if (event.type !== 'lock-busy') return;
        holder = event.holder.application;
        void old.end();
      },
    });
    expect(await run).toMatchObject({ exitCode: 0 });
    await built;
    await hand.end();
    expect(holder).toBe('night shift');
    expect(await lastRow(fleet)).toBe('2 up applied: recovered: index t_page was found valid');
  });

  it('is left alone when the wait is over, and its builder is named', async () => {
    const { old, hand, built } = await builtByHand();
    const busy = await up(fleet, { lockWaitMs: 300 });
    expect(busy).toMatchObject({ exitCode: 8, code: 'INDEX_BUSY' });
    expect(busy.message).toMatch(/pid \d+ \(night shift, .*still at work on index t_page/);
    await old.end();
    await built;
    await hand.end();
    expect((await up(fleet)).exitCode).toBe(0);
  });
});

describe('the run after a crash in a concurrent drop', () => {
  /** A reader of the table holds the drop up; the server then loses the runner. */
  async function crashedDrop(): Promise<void> {
    fleet = await TestFleet.create([{ name: NAME, files: withIndex() }]);
    expect((await up(fleet)).exitCode).toBe(0);
    const reader = await fleet.client(NAME);
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM t');
    const run = fleetDown(fleet.load());
    await until('half a drop', async () => (await indexState(fleet)) === 'INVALID');
    await fleet.query(
      NAME,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'DROP INDEX CONC%' AND pid <> pg_backend_pid()`,
    );
    expect((await run).exitCode).toBe(5);
    await reader.end();
    expect((await fleet.history(NAME)).at(-1)).toBe('2 down started');
  }

  it.each<[string, string[], string]>([
    ['half dropped', [], 'there still, and dropped'],
    ['dropped', [DROP], 'dropped'],
  ])('finds the index %s and ends right', async (_state, statements, note) => {
    await crashedDrop();
    await meanwhile(...statements);
    expect((await fleetDown(fleet.load())).exitCode).toBe(0);
    expect(await lastRow(fleet)).toBe(`2 down applied: recovered: index t_page was found ${note}`);
    expect(await indexState(fleet)).toBeUndefined();
    expect((await up(fleet)).exitCode).toBe(0);
  });

  it('may go up instead: the half is built again', async () => {
    await crashedDrop();
    expect((await up(fleet)).exitCode).toBe(0);
    expect(await indexState(fleet)).toBe('valid');
  });
});

describe('our own settlement database', () => {
  const folder = join(import.meta.dirname, '../../../migrations/settlement');

  it('is brought to its newest migration by a rerun after a crash in its concurrent build', async () => {
    const service = 'settlement';
    fleet = await TestFleet.create([{ name: service, files: {} }]);
    const target = targetOf(fleet.urlOf(service, 'owner'));
    const old = await oldTransaction(fleet, service);
    const run = migrateDatabase(target, folder, { service });
    const failed = expect(run).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    const pid = await waitingBuilder(fleet, service);
    await fleet.query(service, `SELECT pg_terminate_backend(${pid})`);
    await failed;
    await old.end();
    const { changed } = await migrateDatabase(target, folder, { service });
    const [first, ...rest] = changed;
    expect(first?.name).toBe('index-command-page');
    expect(first?.recovered).toContain('INVALID');
    expect(rest.filter(({ recovered }) => recovered !== null)).toEqual([]);
    const valid = `SELECT bool_and(indisvalid) AS valid FROM pg_index
      WHERE indexrelid = 'settlement_commands_page'::regclass`;
    expect(await fleet.query(service, valid)).toEqual([{ valid: true }]);
    const rows = await fleet.query(service, 'SELECT FROM migrations');
    const listed = readFileSync(join(folder, 'migrations.lock'), 'utf8').match(/^\d+ /gm);
    expect(rows).toHaveLength(listed?.length ?? 0);
    expect((await migrateDatabase(target, folder, { service })).changed).toEqual([]);
  });
});
