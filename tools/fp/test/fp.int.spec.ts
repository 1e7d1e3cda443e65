import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminUrl, TestFleet, threeTables } from '../../../libs/migrator/test/fleet-fixture.js';
import { type Answer, BIN, fpIn } from './fp-process.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'fp-'));
const fp = fpIn(elsewhere);
let fleet: TestFleet;
let vars: Record<string, string>;
beforeAll(() => {
  fleet = new TestFleet([
    { name: 'books', files: threeTables, dependsOn: ['shelves'] },
    { name: 'shelves', files: threeTables },
  ]);
  vars = { ...fleet.vars, FP_ADMIN_URL: adminUrl() };
});
afterAll(async () => {
  await fleet.drop();
  rmSync(elsewhere, { recursive: true });
});

const onFleet = (...args: string[]): Promise<Answer> =>
  fp([...args, '--fleet', fleet.file], { vars });

describe('the way of a fleet, told in order', () => {
  it('databases are created, and again', async () => {
    const first = await onFleet('databases', 'create', '--env', 'test', '--json');
    expect(first).toMatchObject({
      code: 0,
      json: {
        databases: [
          { service: 'shelves', created: true },
          { service: 'books', created: true },
        ],
      },
    });
    const again = await onFleet('databases', 'create', '--env', 'test', '--json');
    expect(again.json).toMatchObject({ databases: [{ created: false }, { created: false }] });
    const listed = await onFleet('databases', 'list');
    expect(listed.stdout).toContain(fleet.spec('books').database);
  });

  it('status says what is pending, and --check makes it an exit code', async () => {
    const status = await onFleet('migrate', 'status');
    expect([status.code, status.stdout]).toEqual([
      0,
      expect.stringMatching(/books +pending +0\/3/),
    ]);
    expect((await onFleet('migrate', 'current', '--check')).code).toBe(3);
  });

  it('plan shows the SQL on stdout and changes nothing', async () => {
    const { code, stdout } = await onFleet('migrate', 'plan', '--only', 'books');
    expect([code, stdout]).toEqual([0, expect.stringContaining('CREATE TABLE t1 (id int);')]);
  });

  it('up migrates in turn and says where, without a password', async () => {
    const { code, stdout, stderr } = await onFleet('migrate', 'up');
    expect(code).toBe(0);
    expect(stdout).toMatch(/done: +shelves \(3\), books \(3\)\nfailed: +-\nuntouched: -/);
    expect(stderr).toContain(`postgresql://${fleet.spec('books').owner.user}:***@127.0.0.1`);
    expect(stdout + stderr).not.toContain('owner-secret');
    expect((await onFleet('migrate', 'status', '--check')).code).toBe(0);
  });

  it('history, as a table and as JSON', async () => {
    expect((await onFleet('migrate', 'history')).stdout).toMatch(/books +3 .*up +applied +3 t3/);
    const { json } = await onFleet('migrate', 'history', '--json', '--only', 'books');
    expect(json).toMatchObject({ databases: [{ entries: [{ seq: 1 }, { seq: 2 }, { seq: 3 }] }] });
  });

  it('down undoes one step, --to as far as told', async () => {
    expect((await onFleet('migrate', 'down', '--only', 'books')).code).toBe(0);
    expect(await fleet.tables('books')).toEqual(['t1', 't2']);
    expect((await onFleet('migrate', 'down', '--to', '1')).code).toBe(0);
    expect(await fleet.tables('shelves')).toEqual(['t1']);
  });

  it('new writes the next files and the lock, lock keeps it', async () => {
    const { code, stdout } = await onFleet('migrate', 'new', 'books', 'Add', 'ISBN');
    expect([code, stdout]).toEqual([0, expect.stringContaining('004_add_isbn.sql')]);
    const empty = await onFleet('migrate', 'up', '--only', 'books');
    expect([empty.code, empty.stderr]).toEqual([11, expect.stringContaining('SQL_EMPTY')]);
    writeFileSync(
      join(fleet.migrations('books'), '004_add_isbn.sql'),
      'CREATE TABLE isbn (id int);',
    );
    const unlocked = await onFleet('migrate', 'up', '--only', 'books');
    expect([unlocked.code, unlocked.stderr]).toEqual([
      10,
      expect.stringContaining('LOCK_FILE_MISMATCH'),
    ]);
    expect((await onFleet('migrate', 'lock')).stdout).toMatch(/books: 4 migrations, rewritten/);
    expect((await onFleet('migrate', 'up')).code).toBe(0);
    expect(await fleet.tables('books')).toContain('isbn');
    const forgotten = await onFleet('migrate', 'down', '--only', 'books');
    expect([forgotten.code, forgotten.stderr]).toEqual([11, expect.stringContaining('SQL_EMPTY')]);
    fleet.write('books', '004_add_isbn_down.sql', 'DROP TABLE isbn;');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s rolls back, reports and exits 143',
    async (signal) => {
      fleet.write('books', '005_slow.sql', 'CREATE TABLE slow (id int); SELECT pg_sleep(60);');
      const { code, stdout, stderr } = await fp(['migrate', 'up', '--fleet', fleet.file], {
        vars,
        watch: (said, kill) =>
          said.includes('5 slow') && !said.includes('interrupted') && kill(signal),
      });
      expect(code).toBe(143);
      expect(stdout).toMatch(/done: +shelves \(0\)\nfailed: +books/);
      expect(stderr).toContain('INTERRUPTED');
      expect(stderr).toContain(`go on with:  npx fp migrate up --only books --fleet ${fleet.file}`);
      expect(await fleet.tables('books')).not.toContain('slow');
      rmSync(join(fleet.migrations('books'), '005_slow.sql'));
      await onFleet('migrate', 'lock');
    },
  );

  it('doctor finds nothing wrong, then names what is, and what mends it', async () => {
    expect((await onFleet('doctor', '--json')).json).toMatchObject({ exitCode: 0 });
    await onFleet('migrate', 'down', '--only', 'books');
    const { code, stdout } = await onFleet('doctor');
    expect([code, stdout]).toEqual([3, expect.stringContaining('npx fp migrate up --only books')]);
    const wrong = { ...vars, BOOKS_DATABASE_URL: fleet.urlOf('books', 'admin') };
    const strong = await fp(['doctor', '--fleet', fleet.file, '--json'], { vars: wrong });
    expect(strong.stdout).toMatch(/"code": "APP_ROLE",\s+"ok": false/);
    await onFleet('migrate', 'up');
  });

  it('health tells a service that is not ready, and why, from one that is', async () => {
    const server = createServer(({ headers }, response) => {
      response.statusCode = headers.host?.startsWith('127.0.0.1') === true ? 503 : 200;
      response.end(JSON.stringify({ error: { database: { code: 'MIGRATIONS_PENDING' } } }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const services = {
      BOOKS_URL: `http://127.0.0.1:${port}`,
      SHELVES_URL: `http://localhost:${port}`,
    };
    const { code, json } = await fp(['health', '--fleet', fleet.file, '--json'], {
      vars: { ...vars, ...services },
    });
    server.close();
    expect(code).toBe(9);
    expect(json).toMatchObject({
      services: [
        { name: 'shelves', ready: true, status: 200 },
        { name: 'books', ready: false, status: 503, reason: 'MIGRATIONS_PENDING' },
      ],
      databases: [{ state: 'current' }, { state: 'current' }],
    });
  });

  it('drop asks, and drops only what it was told', async () => {
    expect((await onFleet('databases', 'drop', '--only', 'books')).code).toBe(12);
    const other = await onFleet('databases', 'drop', '--only', 'books', '--yes');
    expect([other.code, other.stderr]).toEqual([12, expect.stringContaining('belongs to test')]);
    const dropped = await onFleet('databases', 'drop', '--env', 'test', '--yes', '--json');
    expect(dropped).toMatchObject({
      code: 0,
      json: { dropped: [expect.any(String), expect.any(String)] },
    });
    const again = await onFleet('databases', 'drop', '--env', 'test', '--yes', '--json');
    expect(again.json).toMatchObject({ dropped: [] });
  });
});

describe('without a target', () => {
  const fleetOnly = (command: string): Promise<Answer> =>
    fp([...command.split(' '), '--fleet', fleet.file]);

  it.each(['migrate status', 'migrate up', 'migrate plan', 'health', 'databases create'])(
    '%s exits 2 with the command to type, and invents nothing',
    async (command) => {
      const { code, stdout, stderr } = await fleetOnly(command);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/NO_TARGET .*npm run db:up/);
    },
  );

  it('in a folder without a fleet says so', async () => {
    const { code, stderr } = await fp(['migrate', 'status']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('FLEET_NOT_FOUND')]);
  });

  it('an error is JSON too, when that was asked for', async () => {
    const { code, json } = await fp(['migrate', 'status', '--json']);
    expect([code, json]).toMatchObject([2, { error: { code: 'FLEET_NOT_FOUND', exitCode: 2 } }]);
  });
});

describe('a target that is not on this machine', () => {
  const far = { NODE_ENV: 'test', BOOKS_MIGRATE_URL: 'postgresql://o:p@db.example:5432/books' };
  const up = (...args: string[]): Promise<Answer> =>
    fp(['migrate', 'up', '--fleet', fleet.file, '--only', 'books', ...args], { vars: far });

  it.each([
    ['without --env', []],
    ['with --yes alone', ['--yes']],
    ['with --env and nobody to ask', ['--env', 'staging']],
  ])('is refused %s, before any connection', async (_how, args) => {
    const { code, stderr } = await up(...args);
    expect([code, stderr]).toEqual([12, expect.stringContaining('NOT_CONFIRMED')]);
  });

  it('is gone to with --env and --yes', async () => {
    const { code, stderr } = await up('--env', 'staging', '--yes');
    expect([code, stderr]).toEqual([9, expect.stringContaining('UNREACHABLE')]);
  });
});

describe('usage', () => {
  it.each([
    [['migrate', 'sideways']],
    [['migrate', 'up', '--parallel', '0']],
    [['migrate', 'up', '--on-error', 'shrug']],
    [['token']],
    [['migrate', 'up', '--lock-timeout', '5']],
  ])('%j exits 2', async (args) => {
    expect((await fp(args)).code).toBe(2);
  });

  it.each([
    [['migrate', 'sideways', '--json'], /unknown/],
    [['migrate', 'up', '--parallel', '0', '--json'], /--parallel/],
    [['migrate', 'down', '--json', '--nonsense'], /--nonsense/],
  ])('%j is one document on stdout, like every other refusal', async (args, told) => {
    const { code, json } = await fp(args);
    const error = { code: 'USAGE', exitCode: 2, message: expect.stringMatching(told) };
    expect([code, json]).toEqual([2, { error }]);
  });

  it('help exits 0 and lists only what works', async () => {
    const { code, stdout } = await fp(['migrate', '--help']);
    expect(code).toBe(0);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)[| [<]/gm)].map((match) => match[1]);
    const ours = 'status plan history up down repair unlock backup new lock help';
    expect(commands).toEqual(expect.arrayContaining(ours.split(' ')));
    for (const command of commands.filter((name) => name !== 'help')) {
      const help = await fp(['migrate', command ?? '', '--help']);
      expect([command, help.code]).toEqual([command, 0]);
    }
    expect(readFileSync(BIN, 'utf8')).toContain('dist/main.js');
  });
});
