import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { classBaseName } from './class-migrations.js';
import { loadMigrations, lockMigrations } from './load-migrations.js';
import { MigrationRefused } from '../refused.js';

const root = mkdtempSync(join(tmpdir(), 'migrations-'));
afterAll(() => rmSync(root, { recursive: true }));

let folder = root;
let made = 0;
beforeEach(() => {
  made += 1;
  folder = join(root, String(made));
  mkdirSync(folder);
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

async function refusal(): Promise<string> {
  try {
    await loadMigrations(folder);
  } catch (error) {
    if (error instanceof MigrationRefused) return `${error.code} ${error.exitCode}`;
    throw error;
  }
  return 'accepted';
}

describe('a folder of SQL files', () => {
  it('is read in the order of its numbers, with the ways back', async () => {
    write('002_second.sql', 'SELECT 2');
    write('002_second_down.sql', 'SELECT -2');
    write('10_tenth_up.sql', 'SELECT 10');
    write('10_tenth_down.sql', 'SELECT -10');
    write('3_third.sql', '-- migrate: transaction=none lock_timeout=10s\nSELECT 3');
    lockMigrations(folder);
    const migrations = await loadMigrations(folder);
    expect(migrations.map(({ number, name, down }) => [number, name, down !== null])).toEqual([
      ['2', 'second', true],
      ['3', 'third', false],
      ['10', 'tenth', true],
    ]);
    expect(migrations[1]?.up).toMatchObject({ transactional: false, lockTimeout: '10s' });
  });

  it('has the checksum that sha256sum prints, whatever the line ends', async () => {
    write('1_a.sql', 'SELECT 1;\r\nSELECT 2;\r\n');
    lockMigrations(folder);
    const expected = createHash('sha256').update('SELECT 1;\nSELECT 2;\n').digest('hex');
    expect((await loadMigrations(folder))[0]?.sha256).toBe(expected);
  });

  it.each<[string, Record<string, string>, string]>([
    ['one number twice', { '1_a.sql': '', '01_b.sql': '' }, 'MIGRATIONS_INVALID 2'],
    ['a way back from nothing', { '1_a.sql': '', '2_b_down.sql': '' }, 'MIGRATIONS_INVALID 2'],
    ['a file without a number', { '1_a.sql': '', 'b.sql': '' }, 'MIGRATIONS_INVALID 2'],
    ['an unknown directive', { '1_a.sql': '-- migrate: transaction=maybe' }, 'SQL_HEADER 11'],
    ['a directive without a unit', { '1_a.sql': '-- migrate: lock_timeout=5' }, 'SQL_HEADER 11'],
    ['no lock file', { '1_a.sql': 'SELECT 1' }, 'LOCK_FILE_MISSING 2'],
    [
      'an unfinished merge in it',
      { '1_a.sql': '', 'migrations.lock': '<<<<<<< HEAD' },
      'LOCK_FILE_MISMATCH 10',
    ],
  ])('with %s is refused', async (_what, files, expected) => {
    for (const [file, text] of Object.entries(files)) write(file, text);
    expect(await refusal()).toBe(expected);
  });

  it.each<[string, () => void]>([
    ['was edited', () => write('1_a.sql', 'SELECT 2')],
    ['was added', () => write('2_b.sql', 'SELECT 2')],
    ['is gone', () => rmSync(join(folder, '1_a.sql'))],
  ])('is refused when a file %s after the lock was written', async (_how, change) => {
    write('1_a.sql', 'SELECT 1');
    write('0_zero.sql', 'SELECT 0');
    lockMigrations(folder);
    change();
    expect(await refusal()).toBe('LOCK_FILE_MISMATCH 10');
  });

  it('keeps its lock when only a way back changes', async () => {
    write('1_a.sql', 'SELECT 1');
    lockMigrations(folder);
    write('1_a_down.sql', 'SELECT -1');
    expect(lockMigrations(folder).changed).toBe(false);
    expect(await refusal()).toBe('accepted');
  });
});

describe('a package of classes', () => {
  const [first, second] = ['1700000000001', '1700000000002'];
  const classText = (name: string): string =>
    `export class ${name} { async up(r) { await r.query('SELECT 1'); } async down() {} }\n`;

  function writePackage(classes: string[], names: [string, string][]): void {
    write('package.json', '{"type":"module"}');
    for (const [number, name] of names) write(`src/${number}-${name}.ts`, `// ${name}`);
    write(
      'dist/index.js',
      `${classes.map(classText).join('')}export const migrations = [${classes.join(', ')}];`,
    );
    lockMigrations(folder);
  }

  it('is read in the order of its list', async () => {
    writePackage(
      [`AddThing${first}`, `DropThing2${second}`],
      [
        [first, 'add-thing'],
        [second, 'drop-thing2'],
      ],
    );
    const migrations = await loadMigrations(folder);
    expect(migrations.map(({ number, name, typeormName }) => [number, name, typeormName])).toEqual([
      [first, 'add-thing', `AddThing${first}`],
      [second, 'drop-thing2', `DropThing2${second}`],
    ]);
  });

  it('needs no source in an image: the lock that was built with it is the measure', async () => {
    writePackage([`AddThing${first}`], [[first, 'add-thing']]);
    rmSync(join(folder, 'src'), { recursive: true });
    expect(await refusal()).toBe('accepted');
  });

  it.each<[string, string[], [string, string][], string]>([
    [
      'a class that its lock does not know',
      [`Other${first}`],
      [[first, 'add-thing']],
      'LOCK_FILE_MISMATCH 10',
    ],
    ['a class without its number', ['AddThing'], [[first, 'add-thing']], 'MIGRATIONS_INVALID 2'],
    [
      'a file that is not in the list',
      [`A${first}`],
      [
        [first, 'a'],
        [second, 'b'],
      ],
      'LOCK_FILE_MISMATCH 10',
    ],
    [
      'a list out of order',
      [`B${second}`, `A${first}`],
      [
        [first, 'a'],
        [second, 'b'],
      ],
      'MIGRATIONS_INVALID 2',
    ],
  ])('with %s is refused', async (_what, classes, names, expected) => {
    writePackage(classes, names);
    expect(await refusal()).toBe(expected);
  });

  it('that was not built is refused with the command that builds it', async () => {
    writePackage([`A${first}`], [[first, 'a']]);
    rmSync(join(folder, 'dist'), { recursive: true });
    expect(await refusal()).toBe('MIGRATIONS_NOT_BUILT 2');
    await expect(loadMigrations(folder)).rejects.toThrow(/npx tsc -b/);
  });

  it('whose build is older than its source is refused: it would run old SQL under a new checksum', async () => {
    writePackage([`A${first}`], [[first, 'a']]);
    const version = createHash('sha256').update('// a').digest('hex');
    const info = { fileNames: [`../src/${first}-a.ts`], fileInfos: [version] };
    write('dist/.tsbuildinfo', JSON.stringify(info));
    expect(await refusal()).toBe('accepted');
    write(`src/${first}-a.ts`, '// changed');
    lockMigrations(folder);
    expect(await refusal()).toBe('MIGRATIONS_STALE_BUILD 2');
  });

  it('is not found in an empty folder', async () => {
    expect(await refusal()).toBe('MIGRATIONS_NOT_FOUND 2');
  });

  it('names a class after its file', () => {
    expect(classBaseName('create-a2-thing')).toBe('CreateA2Thing');
  });
});
