import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fpIn } from './fp-process.js';

const folder = mkdtempSync(join(tmpdir(), 'fp-lint-'));
const { adminUrl } = JSON.parse(process.env['FP_TEST_SERVER'] ?? '{}') as { adminUrl: string };
const fp = fpIn(folder);
const lint = (...args: string[]) =>
  fp(['migrate', 'lint', '--dir', 'sql', ...args], {
    vars: { SHADOW_URL: adminUrl, NODE_ENV: 'test' },
  });

beforeAll(() => {
  mkdirSync(join(folder, 'sql'));
  const files = {
    '001_a.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, age int);',
    '002_b.sql': '-- why\nCREATE INDEX users_age ON users (age);',
    '002_b_down.sql': 'DROP INDEX users_age;',
    '003_c.sql': 'ALTER TABLE users ADD COLUMN name text;',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'sql', name), text);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('fp migrate lint', () => {
  it('needs no fleet and no lock file, prints one document and exits 11', async () => {
    const { code, json } = await lint('--base-applied', '1', '--json', '--no-shadow');
    expect(code).toBe(11);
    expect(json).toEqual({
      schemaVersion: 1,
      files: [
        {
          file: '002_b.sql',
          findings: [
            {
              rule: 'create-index-not-concurrently',
              hazard: 'blocks-writes',
              level: 'error',
              line: 2,
              message: expect.any(String),
              fix: expect.stringContaining('CONCURRENTLY users_age ON users'),
            },
          ],
        },
        { file: '003_c.sql', findings: [] },
      ],
    });
  });

  it('says the same on a shadow', async () => {
    const { code, json } = await lint('--base-applied', '1', '--json');
    expect([code, json['files']]).toEqual([
      11,
      [
        { file: '002_b.sql', findings: [expect.objectContaining({ hazard: 'blocks-writes' })] },
        { file: '003_c.sql', findings: [] },
      ],
    ]);
  });

  it('without a base everything is new, and nothing hurts', async () => {
    const { code, json } = await lint('--json');
    expect(code).toBe(0);
    expect(json['files']).toEqual(
      ['001_a.sql', '002_b.sql', '003_c.sql'].map((file) => ({ file, findings: [] })),
    );
  });

  it('tells a person file, line, rule and the safe way', async () => {
    const { stdout, stderr } = await lint('--base-applied', '1', '--no-shadow');
    expect(stdout).toMatch(
      /^002_b\.sql:2 error create-index-not-concurrently \(blocks-writes\)\n {2}.+\n {2}safe: /,
    );
    expect(stderr).toMatch(/2 files: 1 error, 0 warnings, 0 notes/);
  });

  it('writes SARIF', async () => {
    const { code, stdout } = await lint('--base-applied', '1', '--no-shadow', '--sarif');
    expect(code).toBe(11);
    expect(JSON.parse(stdout)).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ level: 'error' }] }],
    });
  });

  it('refuses a folder that does not exist, and a version that does not', async () => {
    const missing = await fp(['migrate', 'lint', '--dir', 'nowhere', '--no-shadow']);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining('MIGRATIONS_NOT_FOUND'),
    ]);
    expect((await lint('--target-version', '9')).code).toBe(2);
  });
});
