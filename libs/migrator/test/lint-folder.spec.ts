import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lintExitCode, lintFolder, lintReport, sarif } from '../src/lint/lint.js';
import { lint } from './lint-fixture.js';

const folders: string[] = [];

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const CREATE = 'CREATE TABLE users (id bigint PRIMARY KEY, name text);';
const DROP = 'ALTER TABLE users DROP COLUMN name;';

async function rulesIn(files: Record<string, string>, baseApplied?: string): Promise<unknown> {
  const linted = await lintFolder(folderOf(files), { target: 18, baseApplied });
  return lintReport(linted.files).files.map(({ file, findings }) => [
    file,
    ...findings.map(({ rule, line }) => `${rule}:${line}`),
  ]);
}

describe('a folder of SQL files', () => {
  it.each([
    [['001_a.sql', '002_b.sql']],
    [['1-a.sql', '2-b.sql']],
    [['V1__a.sql', 'V2__b.sql']],
    [['20240101120000_a.sql', '20240101120001_b.sql']],
    [['001_a.up.sql', '002_b.up.sql']],
    [['001_a_up.sql', '002_b_up.sql']],
    [['1_a/migration.sql', '2_b/migration.sql']],
    [['9_a.sql', '10_b.sql']],
  ])('is read in order whatever the names are: %s', async ([first, second]) => {
    const files = { [first ?? '']: CREATE, [second ?? '']: DROP };
    const base =
      first?.startsWith('2024') === true ? '20240101120000' : first?.startsWith('9') ? '9' : '1';
    expect(await rulesIn(files)).toEqual([[first], [second]]);
    expect(await rulesIn(files, base)).toEqual([[second, 'drop-column:1', 'drop-column-in-use:1']]);
  });

  it('leaves the ways back out', async () => {
    const files = {
      '001_a.sql': CREATE,
      '001_a_down.sql': 'DROP TABLE users;',
      '002_b.up.sql': DROP,
      '002_b.down.sql': 'DROP TABLE users;',
      '003_c.sql': '-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABLE users;',
    };
    expect(await rulesIn(files, '2')).toEqual([['003_c.sql']]);
  });

  it('may have a BOM and line ends of Windows', async () => {
    const files = { '001_a.sql': CREATE, '002_b.sql': `\uFEFF-- b\r\n\r\n${DROP}\r\n` };
    expect(await rulesIn(files, '1')).toEqual([
      ['002_b.sql', 'drop-column:3', 'drop-column-in-use:3'],
    ]);
  });

  it('names files without a number, and two files of one number', async () => {
    const folder = folderOf({ '001_a.sql': CREATE, '1_b.sql': DROP, 'seed.sql': DROP });
    const { files, ignored } = await lintFolder(folder, { target: 18 });
    expect(ignored).toEqual(['seed.sql']);
    expect(lintReport(files).files[1]?.findings[0]).toMatchObject({ rule: 'duplicate-number' });
  });

  it('that does not exist, or holds nothing, is refused', async () => {
    await expect(lintFolder('/nowhere', { target: 18 })).rejects.toMatchObject({
      code: 'MIGRATIONS_NOT_FOUND',
    });
    await expect(lintFolder(folderOf({ 'a.txt': '' }), { target: 18 })).rejects.toMatchObject({
      code: 'MIGRATIONS_NOT_FOUND',
    });
  });

  it('counts lines in a file with letters of several bytes', async () => {
    const files = { '001_a.sql': CREATE, '002_b.sql': `-- ä€😀\nSELECT 'ü';\n\n-- ß\n${DROP}` };
    expect(await rulesIn(files, '1')).toEqual([
      ['002_b.sql', 'drop-column:5', 'drop-column-in-use:5'],
    ]);
  });

  it('goes on with the next statement after one that cannot be read', async () => {
    const files = { '001_a.sql': CREATE, '002_b.sql': `CREATE TABEL x;\n\n${DROP}` };
    expect(await rulesIn(files, '1')).toEqual([
      ['002_b.sql', 'syntax-error:1', 'drop-column:3', 'drop-column-in-use:3'],
    ]);
  });

  it('names the line of the part of a statement that is meant', async () => {
    const sql =
      'ALTER TABLE users\n  ADD COLUMN a int,\n  ADD COLUMN b uuid DEFAULT gen_random_uuid();';
    expect(await rulesIn({ '001_a.sql': CREATE, '002_b.sql': sql }, '1')).toEqual([
      ['002_b.sql', 'add-column-volatile-default:3'],
    ]);
  });
});

describe('a suppression', () => {
  const ignore = (rest: string): string =>
    `-- migrate: ignore ${rest}\nDROP TABLE loose;\nTRUNCATE users;`;

  async function standingIn(sql: string): Promise<string[]> {
    const [file] = lintReport(await lint([sql])).files;
    return (file?.findings ?? []).map(({ rule }) => rule);
  }

  it('takes the findings of the statement after it, and of no other', async () => {
    const sql = ignore('drop-table, drop-in-use, truncate reason="T-7: nobody reads it"');
    expect(await standingIn(sql)).toEqual(['truncate', 'several-tables-locked']);
  });

  it('counts for the whole file when an empty line sets it off at the top', async () => {
    const sql = ignore('drop-table, drop-in-use, truncate reason="T-7"').replace('\n', '\n\n');
    expect(await standingIn(sql)).toEqual(['several-tables-locked']);
  });

  it.each([
    ['drop-table'],
    ['drop-table reason=""'],
    ['drop-table reason="  "'],
    ['drop-tabel reason="T-7"'],
    ['reason="T-7"'],
  ])('without a known rule and a reason is an error and suppresses nothing: %s', async (rest) => {
    const found = await standingIn(ignore(rest));
    expect(found).toEqual(expect.arrayContaining(['ignore-invalid', 'drop-table', 'drop-in-use']));
  });

  it('that nothing answers to is told', async () => {
    expect(await standingIn('-- migrate: ignore truncate reason="T-7"\nSELECT 1')).toEqual([
      'ignore-unused',
    ]);
  });

  it('takes the error out of the exit code, and stands in SARIF with its reason', async () => {
    const files = await lint([
      '-- migrate: ignore truncate reason="T-7"\nTRUNCATE loose;',
      'SELECT 1;',
    ]);
    expect(lintExitCode(files)).toBe(0);
    expect(sarif(files, 'sql')).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          results: [
            {
              ruleId: 'truncate',
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'sql/002_x.sql' },
                    region: { startLine: 2 },
                  },
                },
              ],
              suppressions: [{ kind: 'inSource', justification: 'T-7' }],
            },
          ],
        },
      ],
    });
  });

  it('is missing: an error exits 11', async () => {
    expect(lintExitCode(await lint(['TRUNCATE loose']))).toBe(11);
  });
});
