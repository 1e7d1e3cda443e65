import { afterEach, describe, expect, it } from '@jest/globals';
import {
  adoptDatabase,
  type AdoptOptions,
  type AdoptReport,
  fleetDrift,
  fleetHistory,
  fleetUp,
  LOCK_KEY,
} from '../src/index.js';
import { ForeignDatabase, migrationsOf, NAME, scriptOf, shadow } from './adopt-fixture.js';
import { TestFleet, threeTables } from './fleet-fixture.js';

let foreign: ForeignDatabase;
let fleet: TestFleet | undefined;
afterEach(async () => {
  await fleet?.drop();
  if (fleet === undefined) await foreign.drop();
  fleet = undefined;
});

const adopt = (options: AdoptOptions = {}): Promise<AdoptReport> =>
  adoptDatabase(foreign.database, { shadow, ...options });

const EXAMPLES = [
  {
    who: 'SQLAlchemy',
    example: 'sqlalchemy',
    script: 'create_all.sql',
    version: '2',
    newer: '3',
    index: 'ix_orders_user_id',
  },
  {
    who: 'Alembic',
    example: 'alembic',
    script: 'upgrade_head.sql',
    version: '2',
    newer: '3',
    index: 'ix_entries_account_id',
  },
  {
    who: 'a person',
    example: 'by-hand',
    script: 'settlement.sql',
    version: '1',
    newer: '2',
    index: 'settlement_commands_workflow_id_idx',
  },
];

describe.each(EXAMPLES)(
  'a database that $who made',
  ({ example, script, version, newer, index }) => {
    it('is recognised, recorded, and then migrated like any other', async () => {
      foreign = await ForeignDatabase.create(
        migrationsOf(example),
        scriptOf(`${example}/${script}`),
      );
      await foreign.takeOver();
      const refused = await fleetUp(foreign.fleet.load());
      expect(refused.databases[0]?.problem).toMatchObject({ code: 'ADOPT_NEEDED', exitCode: 7 });
      expect(refused.databases[0]?.problem?.message).toContain('npx fp migrate adopt books');
      expect(await foreign.fleet.history(NAME)).toEqual([]);

      const report = await adopt({ transferOwnership: true, admin: shadow.url });
      expect(report).toMatchObject({
        outcome: 'adopted',
        version: { number: version },
        remaining: [],
      });
      const run = (await fleetUp(foreign.fleet.load())).databases[0];
      expect(run).toMatchObject({ problem: null, changed: [{ number: newer }] });
      const drift = await fleetDrift(foreign.fleet.load(), { shadow });
      expect(drift.databases[0]).toMatchObject({ state: 'same', differences: [] });
      expect((await fleetHistory(foreign.fleet.load())).exitCode).toBe(0);
    });

    it('is refused when an index is missing, which is named', async () => {
      foreign = await ForeignDatabase.create(
        migrationsOf(example),
        scriptOf(`${example}/${script}`),
      );
      await foreign.asUser(`DROP INDEX ${index}`);
      await foreign.takeOver();
      const error = await adopt().catch((reason: unknown) => reason as Error);
      expect(error).toMatchObject({ code: 'ADOPT_NO_MATCH', exitCode: 7 });
      expect((error as Error).message).toMatch(
        new RegExp(`closest is ${version} \\w+:\\n  index public\\.\\w+ is missing\\n`),
      );
      expect(await foreign.fleet.history(NAME)).toEqual([]);
    });
  },
);

const sql = scriptOf('sqlalchemy/create_all.sql');
const create = async (files = migrationsOf('sqlalchemy')): Promise<void> => {
  foreign = await ForeignDatabase.create(files, sql);
  await foreign.takeOver();
};

describe('what differs by who made it', () => {
  it('is told, each in its kind', async () => {
    await create();
    await foreign.asUser(`COMMENT ON COLUMN users.email IS 'lower case'`);
    const { tolerated } = await adopt();
    const told = tolerated.map(({ tolerance, detail }) => `${tolerance}: ${detail}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'names: index public.users_by_age is called ix_users_created_at here',
        'names: constraint public.orders.orders_total_positive is called orders_total_check here',
        'names: constraint public.users.uq_users_email is called users_email_key here',
        'comments: table public.users has no comment',
        'comments: column public.users.email has another comment',
        `ownership: 5 objects belong to ${foreign.user}`,
      ]),
    );
  });

  it.each([
    [
      'a length',
      'ALTER TABLE users ALTER full_name TYPE varchar(80)',
      'type should be character varying, is character varying(80)',
    ],
    [
      'identity instead of serial',
      'ALTER TABLE users ALTER id DROP DEFAULT; DROP SEQUENCE users_id_seq; ALTER TABLE users ALTER id ADD GENERATED ALWAYS AS IDENTITY',
      'identity should be none, is always',
    ],
    [
      'a unique index instead of a constraint',
      'ALTER TABLE users DROP CONSTRAINT users_email_key; CREATE UNIQUE INDEX ix_users_email ON users (email)',
      'constraint public.users.uq_users_email is missing',
    ],
    [
      'another order of labels',
      `ALTER TYPE orderstatus RENAME VALUE 'NEW' TO 'X'; ALTER TYPE orderstatus RENAME VALUE 'PAID' TO 'NEW'; ALTER TYPE orderstatus RENAME VALUE 'X' TO 'PAID'`,
      'labels should be',
    ],
    ['an extra table', 'CREATE TABLE extra (id int)', 'table public.extra should not exist'],
    [
      'a name that people chose on both sides',
      'ALTER INDEX ix_users_created_at RENAME TO my_favourite',
      'index public.my_favourite should not exist',
    ],
  ])('does not cover %s', async (_what, change, detail) => {
    await create();
    await foreign.asUser(change);
    await expect(adopt()).rejects.toMatchObject({
      code: 'ADOPT_NO_MATCH',
      message: expect.stringContaining(detail),
    });
    expect(await foreign.fleet.history(NAME)).toEqual([]);
  });
});

describe('adopt writes', () => {
  it('one row for each migration, with a note of what Alembic says, and keeps its table', async () => {
    foreign = await ForeignDatabase.create(
      migrationsOf('alembic'),
      scriptOf('alembic/upgrade_head.sql'),
    );
    await foreign.takeOver();
    // The owner's role may not read a table of another user.
    await foreign.asUser('GRANT SELECT ON alembic_version TO PUBLIC');
    expect((await adopt()).alembicVersion).toBe('8e4d5c6b7a21');
    const [report] = (await fleetHistory(foreign.fleet.load())).databases;
    expect(
      report?.entries.map(({ number, origin, status, error }) => [number, origin, status, error]),
    ).toEqual([
      ['1', 'adopt', 'applied', 'adopted; alembic_version 8e4d5c6b7a21'],
      ['2', 'adopt', 'applied', 'adopted; alembic_version 8e4d5c6b7a21'],
    ]);
    expect(await foreign.fleet.query(NAME, 'SELECT * FROM alembic_version')).toEqual([
      { version_num: '8e4d5c6b7a21' },
    ]);
    const fast = await fleetDrift(foreign.fleet.load(), { fast: true });
    expect(fast.databases[0]?.state).toBe('same');
  });

  it('nothing when it was not confirmed', async () => {
    await create();
    const confirm = async (): Promise<void> => {
      throw new Error('no');
    };
    await expect(adopt({ confirm })).rejects.toThrow('no');
    expect(await foreign.fleet.history(NAME)).toEqual([]);
  });

  it('nothing when the database changed while somebody thought about it', async () => {
    await create();
    const confirm = async (): Promise<void> =>
      void (await foreign.asUser('DROP INDEX ix_orders_status'));
    await expect(adopt({ confirm })).rejects.toMatchObject({ code: 'ADOPT_NEEDED' });
    expect(await foreign.fleet.history(NAME)).toEqual([]);
  });

  it('nothing while somebody else is at work', async () => {
    await create();
    const holder = await foreign.fleet.client(NAME, 'owner');
    await holder.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
    await expect(adopt({ lockWaitMs: 100 })).rejects.toMatchObject({ code: 'LOCK_BUSY' });
    await holder.end();
    expect(await foreign.fleet.history(NAME)).toEqual([]);
  });
});

describe('versions that differ in rows alone', () => {
  const files = {
    ...migrationsOf('sqlalchemy'),
    '003_order_note.sql': `UPDATE users SET full_name = 'nobody' WHERE full_name IS NULL;`,
  };

  it('are for a person to tell apart, with --to', async () => {
    await create(files);
    await expect(adopt()).rejects.toMatchObject({
      code: 'ADOPT_AMBIGUOUS',
      exitCode: 7,
      message: expect.stringContaining('after 2 orders, 3 order_note'),
    });
    expect((await adopt({ to: '003' })).adopt.map(({ number }) => number)).toEqual(['1', '2', '3']);
  });

  it('must exist, and be the one', async () => {
    await create(files);
    await expect(adopt({ to: '9' })).rejects.toMatchObject({
      code: 'UNKNOWN_VERSION',
      exitCode: 2,
    });
    await expect(adopt({ to: '1' })).rejects.toMatchObject({ code: 'ADOPT_NO_MATCH' });
  });
});

describe('a database that needs no adoption', () => {
  it('is empty: up runs everything', async () => {
    foreign = await ForeignDatabase.create(
      threeTables,
      'CREATE TABLE alembic_version (version_num text)',
    );
    await foreign.takeOver();
    expect(await adopt()).toMatchObject({ outcome: 'empty', adopt: [], pending: [{}, {}, {}] });
    expect((await fleetUp(foreign.fleet.load())).exitCode).toBe(0);
  });

  it('has a history', async () => {
    fleet = await TestFleet.create([{ name: NAME, files: threeTables }]);
    await fleetUp(fleet.load());
    const [database] = fleet.load().databases;
    await expect(adoptDatabase(database!, { shadow })).rejects.toMatchObject({
      code: 'ADOPT_NOT_NEEDED',
      exitCode: 2,
    });
  });

  it('is not in the way of a fleet where another one does: nothing is changed anywhere', async () => {
    fleet = await TestFleet.create([
      { name: NAME, files: threeTables },
      { name: 'films', files: threeTables },
    ]);
    await fleet.query(NAME, 'CREATE TABLE t1 (id int)');
    expect((await fleetUp(fleet.load())).exitCode).toBe(7);
    expect(await fleet.tables('films')).toEqual([]);
  });
});
