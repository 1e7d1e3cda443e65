import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabasePlan, FleetPlanReport } from '@fusion-prime/migrator';
import { adminUrl, TestFleet } from '../../../libs/migrator/test/fleet-fixture.js';
import { fpIn } from './fp-process.js';

let fleet: TestFleet;
const root = new URL('../../..', import.meta.url).pathname;

beforeAll(async () => {
  const first =
    'CREATE TABLE books (id int PRIMARY KEY, title text, isbn text); CREATE TABLE shelves (id int PRIMARY KEY);';
  fleet = await TestFleet.create([{ name: 'books', files: { '001_books.sql': first } }]);
  expect((await fp('migrate', 'up')).code).toBe(0);
  await fleet.query(
    'books',
    `INSERT INTO books SELECT i, 'title', 'isbn' || i % 3 FROM generate_series(1, 5) i`,
  );
});
afterAll(() => fleet.drop());

const fp = (...args: string[]) =>
  fpIn(fleet.folder)([...args, '--fleet', fleet.file], {
    vars: { ...fleet.vars, SHADOW_URL: adminUrl() },
  });

/** What `plan` says when these files are pending. */
async function plan(files: Record<string, string>, ...flags: string[]) {
  for (const [file, sql] of Object.entries(files)) fleet.write('books', file, sql);
  const { code, json } = await fp('migrate', 'plan', '--json', ...flags);
  const report = json as unknown as FleetPlanReport;
  const database = report.databases[0] as DatabasePlan;
  return { code, report, database, statements: database.migrations.map((one) => one.statements) };
}

describe('fp migrate plan', () => {
  it('says what each statement locks, rewrites and reads, as a shadow met it', async () => {
    const { code, statements, report } = await plan({
      '002_more.sql': `ALTER TABLE books ALTER COLUMN id TYPE bigint;
        ALTER TABLE shelves ADD COLUMN room text;
        CREATE TABLE notes (id int);`,
    });
    expect(code).toBe(0);
    expect(report.measured).toBe(true);
    expect(statements).toMatchObject([
      [
        {
          line: 1,
          measured: true,
          // SHARE as well, for the index that is built anew.
          locks: expect.arrayContaining([{ relation: 'public.books', mode: 'ACCESS EXCLUSIVE' }]),
          rewrites: ['public.books'],
          scans: ['public.books'],
        },
        {
          line: 2,
          locks: [{ relation: 'public.shelves', mode: 'ACCESS EXCLUSIVE' }],
          rewrites: [],
          scans: [],
        },
        { line: 3, locks: [], rewrites: [], scans: [] },
      ],
    ]);
    expect(statements[0]?.every(({ estimateMs }) => (estimateMs ?? 0) >= 1)).toBe(true);
  });

  it('changes nothing in the live database', async () => {
    await plan({ '002_more.sql': 'DROP TABLE shelves;' });
    expect(await fleet.tables('books')).toEqual(['books', 'shelves']);
    expect(await fleet.history('books')).toEqual(['1 up applied']);
  });

  it('tells the lock by rule of what runs outside a transaction, and of all without a shadow', async () => {
    const files = {
      '002_more.sql':
        '-- migrate: transaction=none\nCREATE INDEX CONCURRENTLY books_title ON books (title);',
    };
    const lock = [{ relation: 'public.books', mode: 'SHARE UPDATE EXCLUSIVE' }];
    expect((await plan(files)).statements).toMatchObject([[{ locks: lock, measured: true }]]);
    const { report, statements } = await plan(files, '--no-shadow');
    expect(report.measured).toBe(false);
    expect(statements).toMatchObject([[{ locks: lock, measured: false, estimateMs: null }]]);
  });

  it('lints what is pending against what is applied', async () => {
    const { database } = await plan({
      '002_more.sql': 'CREATE INDEX books_title ON books (title);',
    });
    expect(database.lint).toMatchObject([
      { file: '002_more.sql', findings: [{ rule: 'create-index-not-concurrently' }] },
    ]);
  });

  it('answers 7 and names the rows that a statement will trip over, when it may look', async () => {
    const files = { '002_more.sql': 'CREATE UNIQUE INDEX books_isbn ON books (isbn);' };
    expect((await plan(files)).code).toBe(0);
    const { code, database } = await plan(files, '--check-data');
    expect(code).toBe(7);
    expect(database.checks).toMatchObject([
      { check: 'duplicates', level: 'error', keys: ['isbn1', 'isbn2'] },
    ]);
  });

  it('answers 5 when a statement fails on the shadow', async () => {
    const { code, database } = await plan({ '002_more.sql': 'ALTER TABLE nowhere ADD x int;' });
    expect(code).toBe(5);
    expect(database.problem?.code).toBe('MIGRATION_FAILED');
    expect(database.problem?.message).toContain('nowhere');
  });

  it('shows what classes send, which only running them tells', async () => {
    const vars = { ...fleet.vars, SHADOW_URL: adminUrl() };
    const settlement = {
      SETTLEMENT_DATABASE_URL: '',
      SETTLEMENT_MIGRATE_URL: '',
    };
    const empty = await TestFleet.create([{ name: 'settlement', files: {} }]);
    try {
      settlement.SETTLEMENT_DATABASE_URL = empty.vars['SETTLEMENT_DATABASE_URL'] ?? '';
      settlement.SETTLEMENT_MIGRATE_URL = empty.vars['SETTLEMENT_MIGRATE_URL'] ?? '';
      const { code, stdout } = await fpIn(root)(['migrate', 'plan', '--only', 'settlement'], {
        vars: { ...vars, ...settlement },
      });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^-- settlement: \d+ migrations/m);
      expect(stdout).toContain('CREATE TABLE settlement_commands');
      expect(stdout).toContain('-- 1760000500000 index-command-page (outside a transaction)');
    } finally {
      await empty.drop();
    }
  });
});
