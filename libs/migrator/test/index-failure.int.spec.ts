import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { classBaseName, fleetDown, fleetStatus, lockMigrations } from '../src/index.js';
import { TestFleet } from './fleet-fixture.js';
import {
  INDEX,
  indexState,
  lastRow,
  NAME,
  oldReader,
  oldTransaction,
  up,
  waitingBuilder,
  withIndex,
} from './index-fixture.js';

let fleet: TestFleet;
afterEach(() => fleet.drop());

async function withFiles(files: Record<string, string>): Promise<void> {
  fleet = await TestFleet.create([{ name: NAME, files }]);
}

const impatient = (sql: string, timeout: string): Record<string, string> => ({
  ...withIndex(),
  '002_page.sql': `-- migrate: transaction=none lock_timeout=${timeout}\n${sql};`,
});

describe('a concurrent build that fails', () => {
  it('for duplicate keys leaves nothing, so the rerun tries again', async () => {
    await withFiles(withIndex('CREATE UNIQUE INDEX CONCURRENTLY t_page ON t ((a / 2))'));
    const failed = await up(fleet);
    expect(failed).toMatchObject({ exitCode: 5, code: 'MIGRATION_FAILED' });
    expect(failed.message).toMatch(/SQLSTATE 23505\); its INVALID index t_page was dropped/);
    expect(await indexState(fleet)).toBeUndefined();
    expect(await fleet.history(NAME)).toEqual(['1 up applied', '2 up started', '2 up failed']);
    expect((await fleetStatus(fleet.load())).databases[0]?.state).toBe('pending');
    expect((await up(fleet)).exitCode).toBe(5);
    await fleet.query(NAME, 'DELETE FROM t WHERE a % 2 = 1');
    expect((await up(fleet)).run?.changed).toMatchObject([{ number: '2', recovered: null }]);
    expect(await indexState(fleet)).toBe('valid');
  });

  it('may be edited, because nothing of it is left', async () => {
    await withFiles(withIndex('CREATE UNIQUE INDEX CONCURRENTLY t_page ON t ((a / 2))'));
    expect((await up(fleet)).exitCode).toBe(5);
    fleet.write(NAME, '002_page.sql', `-- migrate: transaction=none\n${INDEX};`);
    expect((await up(fleet)).exitCode).toBe(0);
  });

  it('for want of a lock leaves nothing either', async () => {
    await withFiles(impatient(INDEX, '200ms'));
    const old = await oldTransaction(fleet);
    const failed = await up(fleet);
    expect(failed).toMatchObject({ exitCode: 5, code: 'MIGRATION_FAILED' });
    expect(failed.message).toMatch(/55P03\); its INVALID index t_page was dropped/);
    expect(await indexState(fleet)).toBeUndefined();
    expect(await lastRow(fleet)).toContain('2 up failed');
    await old.end();
    expect((await up(fleet)).exitCode).toBe(0);
  });

  it('when it is interrupted, and what it cannot drop in time is left to the rerun', async () => {
    await withFiles(withIndex());
    expect((await up(fleet)).exitCode).toBe(0);
    await fleetDown(fleet.load());
    const reader = await oldReader(fleet);
    const interruption = new AbortController();
    const run = up(fleet, { signal: interruption.signal });
    await waitingBuilder(fleet);
    interruption.abort();
    const { exitCode, code, message } = await run;
    expect([exitCode, code]).toEqual([143, 'INTERRUPTED']);
    expect(message).toContain('INVALID index t_page is left behind; a rerun drops it');
    expect([await indexState(fleet), await lastRow(fleet)]).toEqual([
      'INVALID',
      expect.stringContaining('2 up started: '),
    ]);
    await reader.end();
    expect((await up(fleet)).exitCode).toBe(0);
    expect(await indexState(fleet)).toBe('valid');
  });

  it('because there is one of its name leaves that one alone', async () => {
    await withFiles(withIndex());
    fleet.write(
      NAME,
      '001_t.sql',
      `CREATE TABLE t (a int, b text); ${INDEX.replace('CONCURRENTLY', '')};`,
    );
    const failed = await up(fleet);
    expect(failed).toMatchObject({ exitCode: 5, code: 'MIGRATION_FAILED' });
    expect(failed.message).toMatch(/42P07\); nothing is left behind/);
    expect(await indexState(fleet)).toBe('valid');
    expect(await lastRow(fleet)).toContain('2 up failed');
  });

  it('half way through a drop stays unfinished, and an untouched index does not', async () => {
    await withFiles({
      ...withIndex(),
      '002_page_down.sql':
        '-- migrate: transaction=none lock_timeout=200ms\nDROP INDEX CONCURRENTLY t_page;',
    });
    expect((await up(fleet)).exitCode).toBe(0);
    const locker = await fleet.client(NAME);
    await locker.query('BEGIN; LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE');
    expect((await fleetDown(fleet.load())).exitCode).toBe(5);
    expect([
      await indexState(fleet),
      (await fleetStatus(fleet.load())).databases[0]?.applied,
    ]).toEqual(['valid', 2]);
    await locker.query('ROLLBACK; BEGIN; SELECT count(*) FROM t');
    const half = await fleetDown(fleet.load());
    expect(half.databases[0]?.problem?.message).toContain('index t_page is half dropped');
    expect([
      await indexState(fleet),
      (await fleetStatus(fleet.load())).databases[0]?.applied,
    ]).toEqual(['INVALID', 1]);
    await locker.end();
    expect((await fleetDown(fleet.load())).exitCode).toBe(0);
  });
});

/** An INVALID index that a person left behind: unique, over keys that are not. */
async function leaveInvalid(): Promise<void> {
  await fleet.query(NAME, 'CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1), (1)');
  const owner = fleet.spec(NAME).owner.user;
  await fleet.query(NAME, `ALTER TABLE t OWNER TO ${owner}`);
  const build = fleet.query(NAME, 'CREATE UNIQUE INDEX CONCURRENTLY t_page ON t (a)');
  await expect(build).rejects.toMatchObject({ code: '23505' });
  expect(await indexState(fleet)).toBe('INVALID');
}

describe('an INVALID index that no run of ours began', () => {
  it.each(['', 'IF NOT EXISTS'])('is neither dropped nor taken for applied: %j', async (words) => {
    const sql = `CREATE UNIQUE INDEX CONCURRENTLY ${words} t_page ON t (a)`;
    await withFiles({ '001_before.sql': 'SELECT 1;' });
    expect((await up(fleet)).exitCode).toBe(0);
    fleet.write(NAME, '002_page.sql', `-- migrate: transaction=none\n${sql};`);
    await leaveInvalid();
    const refused = await up(fleet);
    expect(refused).toMatchObject({ exitCode: 7, code: 'INDEX_INVALID' });
    expect(refused.message).toContain('DROP INDEX CONCURRENTLY IF EXISTS public."t_page"');
    expect(await indexState(fleet)).toBe('INVALID');
    expect(await fleet.history(NAME)).not.toContain('2 up applied');
    await fleet.query(NAME, 'DROP INDEX t_page; DELETE FROM t');
    expect((await up(fleet)).exitCode).toBe(0);
  });
});

describe('a class with transaction = false', () => {
  const number = '1700000000001';
  /** A package whose first class is applied, so that its database has a history, and then this one. */
  async function withClass(body: string): Promise<void> {
    await withFiles({});
    const before = "transaction = true; async up(r) { await r.query('SELECT 1'); } async down() {}";
    shipped([['before', '1700000000000', before]]);
    expect((await up(fleet)).exitCode).toBe(0);
    shipped([
      ['before', '1700000000000', before],
      ['make', number, `transaction = false; ${body}`],
    ]);
  }

  /** Under a name of its own each time: a module that was imported once stays as it was. */
  function shipped(classes: [name: string, number: string, body: string][]): void {
    const folder = fleet.migrations(NAME);
    for (const part of ['src', 'dist']) mkdirSync(join(folder, part), { recursive: true });
    const main = `./dist/list-${classes.length}.js`;
    writeFileSync(join(folder, 'package.json'), `{"type":"module","exports":{".":"${main}"}}`);
    const names = classes.map(([name, at]) => `${classBaseName(name)}${at}`);
    const text = classes.map(([, , body], index) => `class ${names[index]} { ${body} }`);
    for (const [name, at, body] of classes) {
      writeFileSync(join(folder, 'src', `${at}-${name}.ts`), body);
    }
    const list = `export const migrations = [${names.join(', ')}];`;
    writeFileSync(join(folder, main), [...text, list].join('\n'));
    lockMigrations(folder);
  }

  it.each([
    "await r.query('VACUUM'); await r.query('ANALYZE')",
    "await r.query('VACUUM; ANALYZE')",
  ])('that sends two statements is refused before anything is changed: %s', async (statements) => {
    await withClass(`async up(r) { ${statements} } async down() {}`);
    const refused = await up(fleet);
    expect(refused).toMatchObject({ exitCode: 11, code: 'CLASS_NOT_ONE_STATEMENT' });
    expect(await fleet.history(NAME)).toEqual(['1700000000000 up applied']);
  });

  it('sends nothing while it is rehearsed, and everything once when it is run', async () => {
    await withClass(`async up(r) { await r.query('CREATE INDEX CONCURRENTLY t_page_' + (this.n = (this.n ?? 0) + 1) + ' ON t (a)'); }
      async down() {}`);
    await fleet.query(
      NAME,
      `CREATE TABLE t (a int); ALTER TABLE t OWNER TO ${fleet.spec(NAME).owner.user}`,
    );
    expect((await up(fleet)).exitCode).toBe(0);
    expect([await indexState(fleet, 't_page_1'), await indexState(fleet, 't_page_2')]).toEqual([
      'valid',
      undefined,
    ]);
  });

  it('whose statement cannot be known beforehand is not applied over an INVALID index', async () => {
    await withClass(`async up(r) {
        const [{ one }] = await r.query('SELECT 1 AS one');
        await r.query('CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_page ON t (a)');
      } async down() {}`);
    await leaveInvalid();
    expect(await up(fleet)).toMatchObject({ exitCode: 7, code: 'INDEX_INVALID' });
    expect(await fleet.history(NAME)).not.toContain(`${number} up applied`);
    expect(await up(fleet)).toMatchObject({ exitCode: 7, code: 'MIGRATION_UNFINISHED' });
  });
});
