import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  adoptDatabase,
  type AdoptOptions,
  type AdoptReport,
  createDatabases,
  fleetDrift,
  fleetUp,
  lockMigrations,
} from '../src/index.js';
import { ForeignDatabase, migrationsOf, NAME, scriptOf, shadow } from './adopt-fixture.js';
import { until } from './index-fixture.js';

let foreign: ForeignDatabase;
beforeEach(async () => {
  foreign = await ForeignDatabase.create(
    migrationsOf('sqlalchemy'),
    scriptOf('sqlalchemy/create_all.sql'),
  );
});
afterEach(() => foreign.drop());

const adopt = (options: AdoptOptions = {}): Promise<AdoptReport> =>
  adoptDatabase(foreign.database, { shadow, ...options });
const transfer = { transferOwnership: true, admin: shadow.url };
const insert = `INSERT INTO users (email) VALUES ('a@b.c')`;

describe('taking a database over', () => {
  it('is never done by accident, and the message tells how it is done', async () => {
    const making = createDatabases(shadow.url, foreign.fleet.specs, { environment: 'test' });
    await expect(making).rejects.toMatchObject({
      code: 'IDENTITY_MISMATCH',
      message: expect.stringContaining('npx fp databases create --existing'),
    });
  });

  it('leaves the running service its way in, and tells who had it', async () => {
    await foreign.asUser(`CREATE TABLE more (id serial); ${insert}`);
    const options = { environment: 'test', existing: true };
    const [made] = await createDatabases(shadow.url, foreign.fleet.specs, options);
    expect(made).toMatchObject({ created: false, formerOwner: foreign.user });
    await foreign.asUser('CREATE TABLE later (id int)');
    const { rows } = await foreign.asUser('SELECT email FROM users');
    expect(rows).toEqual([{ email: 'a@b.c' }]);
    const [again] = await createDatabases(shadow.url, foreign.fleet.specs, options);
    expect(again).toMatchObject({ created: false, formerOwner: null });
  });

  it('refuses what says that it is another service', async () => {
    await foreign.takeOver();
    const [spec] = foreign.fleet.specs;
    const owner = { user: `${spec!.owner.user}_2`, password: 'x' };
    const others = [{ ...spec!, service: 'films', owner }];
    const making = createDatabases(shadow.url, others, { environment: 'test', existing: true });
    await expect(making).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH' });
    await foreign.fleet.query(NAME, `DROP OWNED BY ${owner.user}`);
    await foreign.fleet.query(NAME, `DROP ROLE ${owner.user}`);
  });
});

describe('--transfer-ownership', () => {
  it('gives everything to the owner, the service its rights, and takes the old user his', async () => {
    await foreign.asUser(`CREATE VIEW v AS SELECT 1 AS one; DROP VIEW v; ${insert}`);
    await foreign.takeOver();
    const { owner } = foreign.fleet.spec(NAME);
    const report = await adopt(transfer);
    expect(report.transferred).toEqual({ from: [foreign.user], objects: 3 });
    expect(await foreign.owners()).toEqual([owner.user]);
    expect((await foreign.as('app', `${insert.replace('a@', 'b@')} RETURNING id`)).rowCount).toBe(
      1,
    );
    await expect(foreign.asUser('SELECT FROM public.users')).rejects.toMatchObject({
      code: '42501',
    });
    const drift = await fleetDrift(foreign.fleet.load(), { shadow });
    expect(drift.databases[0]).toMatchObject({ state: 'same', differences: [] });
  });

  it('leaves the service its way in when it was the one user, and takes away only that it makes tables', async () => {
    const { app } = foreign.fleet.spec(NAME);
    await createDatabases(shadow.url, foreign.fleet.specs, { environment: 'test', existing: true });
    await foreign.fleet.query(NAME, `REASSIGN OWNED BY ${foreign.user} TO ${app.user}`);
    await foreign.fleet.query(NAME, `GRANT CREATE ON SCHEMA public TO ${app.user}`);
    const report = await adopt(transfer);
    expect(report.transferred?.from).toEqual([app.user]);
    expect(report.remaining.map(({ object }) => object)).not.toContainEqual(
      expect.stringContaining('{app}'),
    );
    await foreign.as('app', insert);
    await expect(foreign.as('app', 'CREATE TABLE mine (id int)')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('is refused, and nothing is written, where this role may not give away what is not its own', async () => {
    await foreign.takeOver();
    await expect(adopt({ transferOwnership: true })).rejects.toMatchObject({
      code: 'RIGHTS_MISSING',
      exitCode: 12,
      message: expect.stringContaining(foreign.user),
    });
    expect(await foreign.owners()).toEqual([foreign.user]);
    expect(await foreign.fleet.history(NAME)).toEqual([]);
  });

  it('needs no administrator when the owner is a member of the old user', async () => {
    await foreign.takeOver();
    const { owner } = foreign.fleet.spec(NAME);
    await foreign.fleet.query(NAME, `GRANT ${foreign.user} TO ${owner.user}`);
    expect(await adopt({ transferOwnership: true })).toMatchObject({
      outcome: 'adopted',
      remaining: [],
    });
    expect(await foreign.owners()).toEqual([owner.user]);
  });

  it('may come later, and the report of the adoption says that it should', async () => {
    await foreign.takeOver();
    const first = await adopt();
    expect(first.remaining.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([`table public.users: owner should be none, is ${foreign.user}`]),
    );
    expect((await fleetDrift(foreign.fleet.load(), { shadow })).exitCode).toBe(4);
    expect(await adopt(transfer)).toMatchObject({ outcome: 'transferred', adopt: [] });
    expect((await fleetDrift(foreign.fleet.load(), { shadow })).exitCode).toBe(0);
    expect((await fleetDrift(foreign.fleet.load(), { fast: true })).databases[0]?.state).toBe(
      'same',
    );
    expect((await fleetUp(foreign.fleet.load())).databases[0]?.changed).toMatchObject([
      { number: '3' },
    ]);
  });

  it('waits no longer than lock_timeout for who uses the tables, says so, and changes nothing', async () => {
    await foreign.takeOver();
    const reader = await foreign.fleet.client(NAME);
    await reader.query('BEGIN; LOCK TABLE users IN ACCESS SHARE MODE');
    await expect(adopt(transfer)).rejects.toMatchObject({ code: 'LOCK_BUSY', exitCode: 8 });
    await reader.end();
    expect(await foreign.owners()).toEqual([foreign.user]);
    expect(await foreign.fleet.history(NAME)).toEqual([]);
  });

  it('leaves nothing half done when it is killed in the middle', async () => {
    await foreign.takeOver();
    const reader = await foreign.fleet.client(NAME);
    await reader.query('BEGIN; LOCK TABLE users IN ACCESS SHARE MODE');
    const running = adopt(transfer).then(
      () => 'done',
      () => 'broken',
    );
    await until('the change of owner waits', async () => {
      const killed = await foreign.fleet.query<{ killed: boolean }>(
        NAME,
        `SELECT pg_terminate_backend(pid) AS killed FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'ALTER TABLE public.users OWNER%' AND wait_event_type = 'Lock'`,
      );
      return killed.length === 1;
    });
    expect(await running).toBe('broken');
    await reader.end();
    expect(await foreign.owners()).toEqual([foreign.user]);
    expect(await foreign.fleet.history(NAME)).toEqual([]);
    expect((await adopt(transfer)).outcome).toBe('adopted');
  });
});

describe('a folder of TypeORM classes', () => {
  it("finds its migrations in TypeORM's own table, which belongs to the owner", async () => {
    await foreign.fleet.query(NAME, 'DROP TABLE orders; DROP TYPE orderstatus');
    const folder = foreign.fleet.migrations('classes');
    for (const part of ['src', 'dist']) mkdirSync(join(folder, part), { recursive: true });
    const number = '1700000000001';
    const users = (migrationsOf('sqlalchemy')['001_users.sql'] ?? '').replaceAll('`', '');
    const body = `async up(r) { for (const sql of ${JSON.stringify(users.split(';').filter((one) => one.trim() !== ''))}) await r.query(sql); } async down() {}`;
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'src', `${number}-make.ts`), body);
    writeFileSync(
      join(folder, 'dist', 'index.js'),
      `export class Make${number} { ${body} }\nexport const migrations = [Make${number}];\n`,
    );
    lockMigrations(folder);
    await foreign.takeOver();
    const database = { ...foreign.database, migrations: folder };
    await adoptDatabase(database, { shadow, ...transfer });
    const rows = await foreign.fleet.query(
      NAME,
      `SELECT m."timestamp", m.name, t.tableowner FROM migrations m, pg_tables t WHERE t.tablename = 'migrations'`,
    );
    const { owner } = foreign.fleet.spec(NAME);
    expect(rows).toEqual([{ timestamp: number, name: `Make${number}`, tableowner: owner.user }]);
  });
});
