import { afterEach, describe, expect, it } from '@jest/globals';
import { fleetUp } from '../src/index.js';
import { TestFleet } from './fleet-fixture.js';

let fleet: TestFleet;
afterEach(() => fleet.drop());

const INDEX = 'CREATE INDEX t_a ON t (a);';

/** `big` and `small` hold the same table, with many and with few rows. */
async function withTables(file: string, environment?: string): Promise<void> {
  const files = {
    '001_t.sql': 'CREATE TABLE t (id int, a text);',
    '001_t_down.sql': 'DROP TABLE t;',
  };
  fleet = await TestFleet.create(
    ['big', 'small'].map((name) => ({ name, files })),
    environment,
  );
  await fleetUp(fleet.load(), { environment });
  await fleet.query(
    'big',
    `INSERT INTO t SELECT n, 'x' FROM generate_series(1, 20000) n; ANALYZE t`,
  );
  await fleet.query(
    'small',
    `INSERT INTO t SELECT n, 'x' FROM generate_series(1, 20) n; ANALYZE t`,
  );
  for (const name of ['big', 'small']) fleet.write(name, '002_x.sql', file);
}

describe('before up changes anything anywhere', () => {
  it('lint refuses what would block a large table, and names file, line and the safe way', async () => {
    await withTables(`SELECT 1;\n${INDEX}`);
    const report = await fleetUp(fleet.load());
    expect(report).toMatchObject({ exitCode: 11, done: [], failed: ['big'], untouched: ['small'] });
    const problem = report.databases.find(({ name }) => name === 'big')?.problem;
    expect(problem).toMatchObject({ code: 'LINT_FAILED' });
    expect(problem?.message).toMatch(
      /002_x\.sql:2 create-index-not-concurrently: .*\n.*CONCURRENTLY t_a/,
    );
    expect(await fleet.history('small')).toEqual(['1 up applied']);
  });

  it('a small table is no reason', async () => {
    await withTables(INDEX);
    expect((await fleetUp(fleet.load(), { only: ['small'] })).exitCode).toBe(0);
  });

  it('a reason in the file, or lint: false, lets it pass', async () => {
    await withTables(
      `-- migrate: ignore create-index-not-concurrently reason="at night"\n${INDEX}`,
    );
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    for (const name of ['big', 'small'])
      fleet.write(name, '003_y.sql', 'CREATE INDEX t_b ON t (id);');
    expect((await fleetUp(fleet.load())).exitCode).toBe(11);
    expect((await fleetUp(fleet.load(), { lint: false })).exitCode).toBe(0);
  });

  it('what breaks the running version is refused where one may run', async () => {
    await withTables('ALTER TABLE t RENAME COLUMN a TO b;', 'staging');
    const report = await fleetUp(fleet.load(), { environment: 'staging' });
    expect(report.exitCode).toBe(11);
    expect(report.failed).toEqual(['big', 'small']);
  });

  it('and passes where a slip costs nothing', async () => {
    await withTables('ALTER TABLE t RENAME COLUMN a TO b;');
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
  });

  it('a required column is refused by a table with rows, and taken by an empty one', async () => {
    await withTables('ALTER TABLE t ADD COLUMN k int NOT NULL;');
    expect((await fleetUp(fleet.load(), { only: ['small'] })).exitCode).toBe(11);
    await fleet.query('small', 'TRUNCATE t');
    expect((await fleetUp(fleet.load(), { only: ['small'] })).exitCode).toBe(0);
  });
});
