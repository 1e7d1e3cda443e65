import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonSchemaOf } from '../src/schemas/published.js';
import { fpIn } from './fp-process.js';

const folder = mkdtempSync(join(tmpdir(), 'fp-audit-'));
const fp = fpIn(folder);
const PASSWORD = 'correct-horse-battery';

const DEPLOY = [
  'steps:',
  '  - name: gcr.io/google.com/cloudsdktool/cloud-sdk',
  '    entrypoint: gcloud',
  '    args: [run, deploy, books, --image=app:1, --set-env-vars, URL_PLACE]',
  '',
].join('\n');
const URL = `postgresql://books_app:${PASSWORD}@10.0.0.7/books?sslmode=disable`;

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

beforeAll(() => {
  mkdirSync(join(folder, 'sql'));
  write(
    'fleet.yaml',
    'version: 1\ndatabases:\n  - {name: books, database: books, url: BOOKS_URL, migrations: ./sql}\n',
  );
  write('cloudbuild.yaml', DEPLOY.replace('URL_PLACE', `DATABASE_URL=${URL}`));
  write('quiet.yaml', 'steps:\n  - name: node:24\n    args: [npm, test]\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('fp audit', () => {
  it('says file, line and column, and ends with 11', async () => {
    const { code, stdout, stderr } = await fp([
      'audit',
      '--fleet',
      'fleet.yaml',
      'cloudbuild.yaml',
    ]);
    expect(code).toBe(11);
    expect(stdout).toMatch(
      /^cloudbuild\.yaml:4:\d+ error FP-TLS-001 DATABASE_URL of books .*\n {2}mend: \S/m,
    );
    expect(stderr).toMatch(/1 file: \d+ errors, 0 warnings\n$/);
  });

  it('shows no secret in any of its forms', async () => {
    for (const form of [[], ['--json'], ['--sarif']]) {
      const { stdout, stderr } = await fp([
        'audit',
        '--fleet',
        'fleet.yaml',
        ...form,
        'cloudbuild.yaml',
      ]);
      expect(stdout).toContain('FP-ENV-002');
      expect(stdout + stderr).not.toContain(PASSWORD);
    }
  });

  it('shows none that was written where a path, a service or a region belongs', async () => {
    const odd = DEPLOY.replace('URL_PLACE', `DATABASE_URL_FILE=${URL}`)
      .replace('--image=app:1', `--region=${URL}`)
      .replace('run, deploy', `run, deploy, --quiet`);
    const file = write(
      'odd.yaml',
      `${odd}  - name: gcr.io/cloud-builders/gcloud\n    args: [run, services, replace, '${URL}']\n`,
    );
    for (const form of [[], ['--json'], ['--sarif']]) {
      const { code, stdout, stderr } = await fp(['audit', '--fleet', 'fleet.yaml', ...form, file]);
      expect(code).toBe(2);
      expect(stdout + stderr).not.toContain(PASSWORD);
    }
  });

  it('ends with 0 where nothing is wrong', async () => {
    const { code, json } = await fp(['audit', '--fleet', 'fleet.yaml', '--json', 'quiet.yaml']);
    expect([code, json]).toMatchObject([0, { exitCode: 0, files: ['quiet.yaml'], findings: [] }]);
  });

  it.each([
    ['a file that is no YAML', 'broken.yaml', 'steps: [\n'],
    ['a file that is about something else', 'menu.yaml', 'soup: tomato\n'],
    [
      'a pipeline that deploys nobody knows what',
      'unknown.yaml',
      DEPLOY.replace('books', '$_NAME'),
    ],
  ])('ends with 2 for %s', async (_, name, text) => {
    const { code, json, stderr } = await fp([
      'audit',
      '--fleet',
      'fleet.yaml',
      '--json',
      write(name, text),
    ]);
    expect(code).toBe(2);
    expect(json['unreadable']).not.toEqual([]);
    expect(stderr).toContain(name);
  });

  it('never says that nothing is wrong with nothing', async () => {
    const { code, stderr } = await fp(['audit', '--fleet', 'fleet.yaml', 'sql']);
    expect(code).toBe(2);
    expect(stderr).toContain('nothing to audit');
  });

  it.each([['--manifest'], ['--facts']])(
    'refuses a %s that is none: its rules would be silent',
    async (flag) => {
      const { code, json } = await fp([
        'audit',
        '--json',
        '--fleet',
        'fleet.yaml',
        flag,
        'quiet.yaml',
        'quiet.yaml',
      ]);
      expect([code, json]).toMatchObject([2, { error: { code: 'USAGE' } }]);
    },
  );

  it('refuses to judge nobody’s services: without a fleet nothing would be found', async () => {
    const { code, json } = await fp(['audit', '--json', 'cloudbuild.yaml']);
    expect([code, json]).toMatchObject([2, { error: { code: 'USAGE' } }]);
  });

  it.each([['--manifest'], ['--facts']])('shows nothing of a wrong %s', async (flag) => {
    const wrong = write('wrong.yaml', `a: [${PASSWORD}\n`);
    const { code, stdout, stderr } = await fp([
      ...['audit', '--fleet', 'fleet.yaml', flag, wrong, 'quiet.yaml'],
    ]);
    expect([code, stdout + stderr]).toEqual([2, expect.stringContaining('wrong.yaml')]);
    expect(stdout + stderr).not.toContain(PASSWORD);
  });

  it('refuses a path that is not there', async () => {
    const { code, json } = await fp(['audit', '--json', '--fleet', 'fleet.yaml', 'nowhere']);
    const message = expect.stringMatching(/^no such file or folder: .*nowhere$/);
    expect([code, json]).toMatchObject([2, { error: { code: 'USAGE', message } }]);
  });

  it('writes SARIF 2.1.0 with places, rules and what could not be read', async () => {
    const { stdout } = await fp(['audit', '--sarif', '--fleet', 'fleet.yaml', 'cloudbuild.yaml']);
    const { version, runs } = JSON.parse(stdout) as {
      version: string;
      runs: Record<string, never>[];
    };
    expect(version).toBe('2.1.0');
    expect(runs[0]).toMatchObject({
      tool: {
        driver: {
          name: 'fp audit',
          rules: expect.arrayContaining([expect.objectContaining({ id: 'FP-ENV-002' })]),
        },
      },
      results: expect.arrayContaining([
        expect.objectContaining({
          ruleId: 'FP-ENV-002',
          level: 'error',
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: 'cloudbuild.yaml' },
                region: { startLine: 4, startColumn: expect.any(Number) },
              },
            },
          ],
        }),
      ]),
      invocations: [{ executionSuccessful: true }],
    });
  });

  it('publishes what --json prints', async () => {
    expect(await jsonSchemaOf('audit')).toMatchObject({ title: 'fp audit --json' });
  });
});
