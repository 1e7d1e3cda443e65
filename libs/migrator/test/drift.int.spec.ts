import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createDatabases,
  type DatabaseDrift,
  fleetDown,
  fleetDrift,
  type FleetDriftOptions,
  fleetUp,
} from '../src/index.js';
import { EVERYTHING } from './catalogue-fixture.js';
import { adminUrl, TestFleet, targetOf } from './fleet-fixture.js';

const NAME = 'books';
const shadow = { url: targetOf(adminUrl()) };
let fleet: TestFleet;

beforeAll(async () => {
  const files = {
    '001_everything.sql': EVERYTHING,
    '001_everything_down.sql': 'SELECT 1;',
    '002_later.sql':
      '-- migrate: transaction=none\nCREATE INDEX CONCURRENTLY users_name ON users (name);',
    '002_later_down.sql': '-- migrate: transaction=none\nDROP INDEX CONCURRENTLY users_name;',
  };
  fleet = await TestFleet.create([
    { name: NAME, files },
    { name: 'films', files: { '001_t.sql': 'CREATE TABLE t (id int PRIMARY KEY);' } },
  ]);
  expect((await fleetUp(fleet.load())).exitCode).toBe(0);
});
afterAll(() => fleet.drop());

async function drift(
  options: FleetDriftOptions = {},
): Promise<DatabaseDrift & { exitCode: number }> {
  const { exitCode, databases } = await fleetDrift(fleet.load(), {
    shadow,
    only: [NAME],
    ...options,
  });
  const [database] = databases;
  if (database === undefined) throw new Error('the report is empty');
  return { ...database, exitCode };
}

/** Changes the live database, looks, and changes it back. */
async function tampered(
  sql: string,
  back: string,
  options?: FleetDriftOptions,
): ReturnType<typeof drift> {
  const { owner, app } = fleet.spec(NAME);
  const withRoles = (text: string): string =>
    text.replaceAll('{owner}', owner.user).replaceAll('{app}', app.user);
  await fleet.query(NAME, withRoles(sql));
  try {
    return await drift(options);
  } finally {
    await fleet.query(NAME, withRoles(back));
  }
}

describe('drift', () => {
  it('finds nothing in a fleet that only its migrations made', async () => {
    const report = await fleetDrift(fleet.load(), { shadow });
    expect(report).toMatchObject({ command: 'drift', exitCode: 0, fast: false });
    expect(
      report.databases.map(({ name, state, differences }) => [name, state, differences]),
    ).toEqual([
      [NAME, 'same', []],
      ['films', 'same', []],
    ]);
  });

  it('finds nothing where the service migrates as itself either', async () => {
    const single = new TestFleet([
      { name: 'alone', files: { '001_t.sql': 'CREATE TABLE t (id int PRIMARY KEY);' } },
    ]);
    const { owner, ...spec } = single.spec('alone');
    try {
      const spoken = { ...spec, owner, app: owner };
      await createDatabases(targetOf(adminUrl()), [spoken], { environment: 'test' });
      const vars = { ALONE_DATABASE_URL: single.vars['ALONE_MIGRATE_URL'] };
      expect((await fleetUp(single.load(vars))).exitCode).toBe(0);
      const report = await fleetDrift(single.load(vars), { shadow });
      expect(report.databases).toMatchObject([{ state: 'same', differences: [] }]);
    } finally {
      await single.drop();
    }
  });

  it('compares with the version that is applied, not with the newest file', async () => {
    await fleetDown(fleet.load(), { only: [NAME] });
    expect(await drift()).toMatchObject({ exitCode: 0, current: { number: '1' } });
    await fleetUp(fleet.load());
    expect(await drift()).toMatchObject({ exitCode: 0, current: { number: '2' } });
  });

  it.each([
    [
      'a tampered default',
      `ALTER TABLE posts ALTER body SET DEFAULT 'x'`,
      `ALTER TABLE posts ALTER body SET DEFAULT 'none'`,
      [`column public.posts.body: default should be 'none'::text, is 'x'::text`],
    ],
    [
      'a dropped index',
      'DROP INDEX users_name',
      'CREATE INDEX users_name ON users (name)',
      ['index public.users_name is missing'],
    ],
    [
      'an INVALID index',
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_name'::regclass`,
      `UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'users_name'::regclass`,
      ['index public.users_name: valid should be true, is false'],
    ],
    [
      'an extra table',
      'CREATE TABLE extra (id int PRIMARY KEY)',
      'DROP TABLE extra',
      ['table public.extra should not exist'],
    ],
    [
      'a right given by hand',
      'GRANT TRUNCATE ON users TO {app}',
      'REVOKE TRUNCATE ON users FROM {app}',
      [
        'grant on table public.users to {app}: privileges should be ["DELETE","INSERT","SELECT","UPDATE"], is ["DELETE","INSERT","SELECT","TRUNCATE","UPDATE"]',
      ],
    ],
    [
      'two at once',
      'ALTER TABLE posts DISABLE TRIGGER posts_touch; ALTER TABLE posts DISABLE ROW LEVEL SECURITY',
      'ALTER TABLE posts ENABLE TRIGGER posts_touch; ALTER TABLE posts ENABLE ROW LEVEL SECURITY',
      [
        'table public.posts: rowSecurity should be true, is false',
        'trigger public.posts.posts_touch: enabled should be yes, is no',
      ],
    ],
  ])('names %s, and exits 4', async (_what, sql, back, details) => {
    const found = await tampered(sql, back);
    expect(found.differences.map(({ detail }) => detail)).toEqual(details);
    expect(found).toMatchObject({
      exitCode: 4,
      state: 'drifted',
      problem: { code: 'DRIFT_FOUND' },
    });
    expect(await drift()).toMatchObject({ exitCode: 0, differences: [] });
  });

  it('goes on with the others when one cannot be looked at', async () => {
    const missing = fleet.load({ BOOKS_MIGRATE_URL: undefined, BOOKS_DATABASE_URL: undefined });
    const { exitCode, databases } = await fleetDrift(missing, { shadow });
    expect(exitCode).toBe(2);
    expect(databases.map(({ state, problem }) => [state, problem?.code])).toEqual([
      ['refused', 'FLEET_URL_MISSING'],
      ['same', undefined],
    ]);
  });
});

describe('drift --fast', () => {
  it('compares with the fingerprint that the last run left, without a shadow', async () => {
    const none = { shadow: { url: targetOf('postgresql://a:b@127.0.0.1:1/none') }, fast: true };
    expect(await drift(none)).toMatchObject({ exitCode: 0, state: 'same' });
    const found = await tampered(
      'ALTER TABLE posts ADD extra int',
      'ALTER TABLE posts DROP extra',
      none,
    );
    expect(found).toMatchObject({ exitCode: 4, state: 'drifted', differences: [] });
    expect(found.problem?.message).toContain('npx fp migrate drift --only books');
  });

  it('says unknown, and exits 0, when the history has no fingerprint', async () => {
    const fresh = await TestFleet.create([
      { name: NAME, files: { '001_t.sql': 'CREATE TABLE t (id int);' } },
    ]);
    const report = await fleetDrift(fresh.load(), { fast: true });
    await fresh.drop();
    expect(report).toMatchObject({ exitCode: 0, databases: [{ state: 'unknown', problem: null }] });
  });
});
