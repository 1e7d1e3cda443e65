import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startPostgres, stopPostgres, type MajorVersion } from '@fusion-prime/postgres-server';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackupRules, fleetHistory, fleetUp, type FleetRunOptions } from '../src/index.js';
import { adminUrl, TestFleet, threeTables } from './fleet-fixture.js';
import { describeWith, PG_DUMP } from './pg-client.js';

const folder = mkdtempSync(join(tmpdir(), 'backup-'));
const variables = process.env;
let dumps: string;
let fleet: TestFleet;
beforeEach(() => {
  dumps = mkdtempSync(join(folder, 'dumps-'));
});
afterEach(() => fleet.drop());
afterAll(() => rmSync(folder, { recursive: true }));

const up = (backup: Partial<BackupRules> = {}, options: FleetRunOptions = {}) =>
  fleetUp(fleet.load(), {
    backup: { to: { directory: dumps }, variables, ...backup },
    ...options,
  });

async function nothingChanged(): Promise<void> {
  for (const { service } of fleet.specs) {
    expect([await fleet.tables(service), await fleet.history(service)]).toEqual([[], []]);
  }
}

/** A pg_dump that does something of its own, except when it is asked for its version. */
function wrapper(script: string): string {
  const file = join(mkdtempSync(join(folder, 'bin-')), 'pg_dump');
  const version = 'if [ "$1" = --version ]; then exec pg_dump --version; fi';
  writeFileSync(file, `#!/bin/sh\n${version}\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** One for the tests of a describe, whatever the run's own is. */
function serverOf(majorVersion: MajorVersion): { adminUrl: string } {
  const directory = mkdtempSync(join(tmpdir(), `fp-pg${majorVersion}-`));
  const server = { adminUrl: '' };
  beforeAll(async () => {
    server.adminUrl = (await startPostgres({ directory, durable: false, majorVersion })).adminUrl;
  });
  afterAll(async () => {
    await stopPostgres(directory, 'kill');
    rmSync(directory, { recursive: true, force: true });
  });
  return server;
}

describeWith('pg_dump')('a server that is newer than pg_dump', () => {
  const server = serverOf(18);

  it('is not backed up, so nothing is changed; both versions are told, and where to get one', async () => {
    expect(PG_DUMP).toBeLessThan(18);
    const entries = [{ name: 'books', files: threeTables }];
    fleet = await TestFleet.create(entries, undefined, server.adminUrl);
    const report = await up();
    expect([report.exitCode, report.databases[0]?.problem]).toEqual([
      13,
      {
        code: 'BACKUP_FAILED',
        exitCode: 13,
        message: expect.stringMatching(
          new RegExp(`is of PostgreSQL ${PG_DUMP}, the server of 18: .*postgresql-client-18`),
        ),
      },
    ]);
    expect(readdirSync(dumps)).toEqual([]);
    await nothingChanged();
  });
});

describe('without pg_dump', () => {
  it('there is no backup and no change, and the message says what to install', async () => {
    fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
    const report = await up({ pgDump: join(folder, 'nobody') });
    expect(report).toMatchObject({ exitCode: 13, failed: ['books'] });
    expect(report.databases[0]?.problem?.message).toMatch(
      /ENOENT.*apt\.postgresql\.org.*FP_PG_DUMP/,
    );
    await nothingChanged();
  });
});

describeWith('pg_dump')('a backup by pg_dump, of a server of its own version', () => {
  const server = serverOf(15);

  const create = async (names: string[], environment?: string): Promise<void> => {
    const entries = names.map((name) => ({ name, files: threeTables }));
    fleet = await TestFleet.create(entries, environment, server.adminUrl);
  };

  it('is a file for its owner alone, checked, named in the history, and restores every row', async () => {
    const rows = 'SELECT n, md5(n::text) AS text FROM generate_series(1, 500) n';
    const files = { '000_kept.sql': `CREATE TABLE kept AS ${rows}` };
    fleet = await TestFleet.create([{ name: 'books', files }], undefined, server.adminUrl);
    expect((await fleetUp(fleet.load())).exitCode).toBe(0);
    for (const [file, text] of Object.entries(threeTables)) fleet.write('books', file, text);
    expect(await up()).toMatchObject({ exitCode: 0 });
    const [name = ''] = readdirSync(dumps);
    const file = join(dumps, name);
    expect(readdirSync(dumps)).toEqual([expect.stringMatching(/^books-\d{8}T\d{9}Z\.dump$/)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    const [history] = (await fleetHistory(fleet.load())).databases;
    const references = history?.entries.map(({ backupReference }) => backupReference);
    expect(references?.slice(1)).toEqual(Array(3).fill(`file:${name} sha256:${sha256}`));

    await fleet.query('books', 'CREATE SCHEMA was; ALTER TABLE kept SET SCHEMA was');
    const restored = spawnSync(
      'pg_restore',
      ['--no-owner', '--no-privileges', '--table=kept', '--dbname', fleet.urlOf('books'), file],
      { encoding: 'utf8' },
    );
    expect([restored.status, restored.stderr]).toEqual([0, '']);
    const lost = await fleet.query('books', 'TABLE was.kept EXCEPT TABLE public.kept');
    const [{ count } = { count: 0 }] = await fleet.query<{ count: number }>(
      'books',
      'SELECT count(*)::int AS count FROM public.kept',
    );
    expect([lost, count]).toEqual([[], 500]);
  });

  it('shows the password to nobody: neither in arguments, nor in variables, nor in a file that stays', async () => {
    await create(['books']);
    const told = join(folder, 'told.txt');
    const pgDump = wrapper(
      `{ echo "$@"; env; stat -c %a "$PGPASSFILE"; } > ${told}; echo "$PGPASSFILE" > ${told}.pass; exec pg_dump "$@"`,
    );
    const report = await up({
      pgDump,
      variables: { ...variables, PGPASSWORD: 'wrong', PGHOST: 'nowhere' },
    });
    expect(report).toMatchObject({ exitCode: 0 });
    const text = readFileSync(told, 'utf8');
    expect(text).not.toContain('owner-secret');
    expect(text).not.toContain('PGPASSWORD');
    expect(text).toMatch(/^600$/m);
    const passFile = readFileSync(`${told}.pass`, 'utf8').trim();
    expect(() => statSync(passFile)).toThrow('ENOENT');
  });

  it('is demanded, and serves, where rows are lost outside development and test', async () => {
    await create(['books'], 'staging');
    const options = { environment: 'staging', allowDataLoss: true };
    await fleetUp(fleet.load(), options);
    await fleet.query('books', 'INSERT INTO t1 VALUES (1)');
    fleet.write('books', '004_drop.sql', 'DROP TABLE t1;');
    expect(await fleetUp(fleet.load(), options)).toMatchObject({ exitCode: 13 });
    expect(await fleet.tables('books')).toContain('t1');
    expect(await up({}, options)).toMatchObject({ exitCode: 0 });
    expect(readdirSync(dumps)).toHaveLength(1);
  });

  it('is not made where nothing will be changed', async () => {
    await create(['books']);
    await fleetUp(fleet.load());
    expect(await up()).toMatchObject({ exitCode: 0 });
    expect(readdirSync(dumps)).toEqual([]);
  });

  it.each([
    [
      'the disk is full',
      'for last; do :; done; head -c 4096 /dev/zero > "$last"; echo "pg_dump: error: could not write to file: No space left on device" >&2; exit 1',
      /No space left/,
    ],
    ['the file may grow no further', 'trap \'\' XFSZ; ulimit -f 2; exec pg_dump "$@"', /exited/],
    [
      'what was written cannot be read',
      'for last; do :; done; echo nonsense > "$last"',
      /pg_restore exited 1/,
    ],
    ['it is killed', 'kill -9 $$', /exited by a signal/],
  ])(
    'that fails because %s leaves no file and changes nothing anywhere',
    async (_why, script, told) => {
      await create(['books', 'films']);
      const films = fleet.spec('films').database;
      const pgDump = wrapper(`[ "$PGDATABASE" = ${films} ] || exec pg_dump "$@"\n${script}`);
      const report = await up({ pgDump });
      expect(report).toMatchObject({
        exitCode: 13,
        done: [],
        failed: ['films'],
        untouched: ['books'],
      });
      expect(report.databases[1]?.problem?.message).toMatch(told);
      expect(readdirSync(dumps)).toEqual([expect.stringMatching(/^books-.*\.dump$/)]);
      await nothingChanged();
    },
  );

  it('that is interrupted ends at once, without a file and without a change', async () => {
    await create(['books']);
    const stop = new AbortController();
    const pgDump = wrapper('exec sleep 60');
    const report = await up(
      { pgDump },
      { signal: stop.signal, reporter: ({ type }) => type === 'backing-up' && stop.abort() },
    );
    expect(report).toMatchObject({ exitCode: 143, done: [] });
    expect(readdirSync(dumps)).toEqual([]);
    await nothingChanged();
  });

  it('into a folder that cannot be made is no backup', async () => {
    await create(['books']);
    writeFileSync(join(folder, 'file'), '');
    expect(await up({ to: { directory: join(folder, 'file', 'x') } })).toMatchObject({
      exitCode: 13,
    });
    await nothingChanged();
  });
});

describe('a backup by a command', () => {
  beforeEach(async () => {
    fleet = await TestFleet.create([{ name: 'books', files: threeTables }]);
  });

  it('knows what it is about, and its last line is the reference', async () => {
    const command = 'echo working; echo "snap of $FP_SERVICE $FP_DATABASE at $FP_HOST:$FP_PORT"';
    expect(await up({ to: { command } })).toMatchObject({ exitCode: 0 });
    const [history] = (await fleetHistory(fleet.load())).databases;
    const { database } = fleet.spec('books');
    expect(history?.entries[0]?.backupReference).toBe(
      `snap of books ${database} at ${new URL(adminUrl()).host}`,
    );
  });

  it('that fails is no backup: nothing is changed, and what it said is told', async () => {
    const report = await up({ to: { command: 'echo quota exceeded >&2; exit 3' } });
    expect([report.exitCode, report.databases[0]?.problem?.message]).toEqual([
      13,
      expect.stringMatching(/exited 3: quota exceeded/),
    ]);
    await nothingChanged();
  });
});
