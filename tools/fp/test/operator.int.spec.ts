import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCK_KEY } from '../../../libs/migrator/src/index.js';
import { TestFleet } from '../../../libs/migrator/test/fleet-fixture.js';
import { type Answer, fpIn } from './fp-process.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'fp-operator-'));
const fp = fpIn(elsewhere);
let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.create([
    {
      name: 'books',
      files: {
        '001_t.sql': 'CREATE TABLE t (id int);',
        '002_vacuum.sql': '-- migrate: transaction=none\nVACUUM nowhere;',
      },
    },
  ]);
});
afterAll(async () => {
  await fleet.drop();
  rmSync(elsewhere, { recursive: true });
});

const migrate = (...args: string[]): Promise<Answer> =>
  fp(['migrate', ...args, '--fleet', fleet.file], { vars: fleet.vars });
const repair = (as: string, ...args: string[]): Promise<Answer> =>
  migrate('repair', 'books', '--number', '2', '--as', as, '--reason', 'T-71: looked', ...args);

describe('the way out of a migration without an end', () => {
  it('up names the command, repair shows the start and prints the row, and up goes on', async () => {
    expect((await migrate('up')).code).toBe(5);
    const refused = await migrate('up');
    expect([refused.code, refused.stderr]).toEqual([
      7,
      expect.stringContaining('npx fp migrate repair books --number 2 --as applied --reason'),
    ]);
    const { code, stdout, stderr } = await repair('not-applied');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/up +failed +2 vacuum .*repaired as not-applied: T-71: looked/),
    ]);
    expect(stderr).toMatch(/:\*\*\*@127\.0\.0\.1.*\n(.*\n)*.*up +started +2 vacuum/);
    expect((await migrate('up')).code).toBe(5);
    const { json } = await repair('applied', '--json');
    expect(json).toMatchObject({
      command: 'repair',
      exitCode: 0,
      started: { status: 'started' },
      written: { status: 'applied', error: 'repaired as applied: T-71: looked' },
    });
    expect((await migrate('status', '--check')).code).toBe(0);
  });

  it('is closed once the migration has ended', async () => {
    const { code, stderr } = await repair('applied');
    expect([code, stderr]).toEqual([2, expect.stringContaining('NOT_UNFINISHED books: ')]);
  });

  it.each([
    [['--number', '2', '--as', 'maybe', '--reason', 'x']],
    [['--number', 'two', '--as', 'applied', '--reason', 'x']],
    [['--number', '2', '--as', 'applied']],
    [['--number', '2', '--as', 'applied', '--reason', '  ']],
  ])('needs a number, a finding and a reason: %j exits 2', async (args) => {
    expect((await migrate('repair', 'books', ...args)).code).toBe(2);
  });

  it('needs a database of this fleet', async () => {
    const { code, stderr } = await migrate('unlock', 'films', '--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining('FLEET_UNKNOWN_NAME')]);
  });
});

describe('a database that is not on this machine', () => {
  it('is repaired only with its environment named and confirmed', async () => {
    const vars = { NODE_ENV: 'test', BOOKS_MIGRATE_URL: 'postgresql://o:p@db.example:5432/books' };
    const far = (...args: string[]): Promise<Answer> =>
      fp(
        'migrate repair books --number 2 --as applied --reason x --fleet'
          .split(' ')
          .concat(fleet.file, args),
        { vars },
      );
    for (const args of [[], ['--yes'], ['--env', 'staging']]) {
      const { code, stderr } = await far(...args);
      expect([code, stderr]).toEqual([12, expect.stringContaining('NOT_CONFIRMED')]);
    }
    const { code, stderr } = await far('--env', 'staging', '--yes');
    expect([code, stderr]).toEqual([9, expect.stringContaining('UNREACHABLE')]);
  });
});

describe('unlock', () => {
  it('says that nobody holds the lock, and exits 0', async () => {
    const { code, stdout } = await migrate('unlock', 'books');
    expect([code, stdout]).toEqual([0, expect.stringContaining('nobody holds the migration lock')]);
  });

  it('shows the holder, ends it with --yes alone where nobody can be asked, and up runs', async () => {
    const holder = await fleet.client('books', 'owner');
    await holder.query(
      `SET application_name = 'night shift'; SELECT pg_advisory_lock(${LOCK_KEY})`,
    );
    const busy = await migrate('up', '--lock-wait', '0.1');
    expect([busy.code, busy.stderr]).toEqual([
      8,
      expect.stringContaining('npx fp migrate unlock books'),
    ]);
    const asked = await migrate('unlock', 'books');
    expect([asked.code, asked.stderr]).toEqual([12, expect.stringContaining('NOT_CONFIRMED')]);
    expect(asked.stderr).toMatch(/night shift .* s +idle +SET application_name/);
    expect((await holder.query('SELECT 1')).rowCount).toBe(1);
    const ended = await migrate('unlock', 'books', '--yes', '--json');
    expect(ended).toMatchObject({ code: 0, json: { outcome: 'ended', holder: { state: 'idle' } } });
    await expect(holder.query('SELECT 1')).rejects.toThrow();
    expect((await migrate('up')).code).toBe(0);
  });
});
