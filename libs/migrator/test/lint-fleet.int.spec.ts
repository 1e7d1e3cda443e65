import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetUp, lintFleet, lockMigrations } from '../src/index.js';
import { standing } from '../src/lint/report.js';
import { adminUrl, targetOf, TestFleet } from './fleet-fixture.js';

let fleet: TestFleet;
const RENAME = 'ALTER TABLE t RENAME COLUMN a TO b;';

beforeAll(async () => {
  const files = { '001_t.sql': 'CREATE TABLE t (id int, a text);' };
  fleet = await TestFleet.create([
    { name: 'ahead', files: { ...files, '002_b.sql': RENAME } },
    { name: 'behind', files },
    { name: 'classes', files },
  ]);
  await fleetUp(fleet.load());
  fleet.write('behind', '002_b.sql', RENAME);
});

afterAll(() => fleet.drop());

async function rules(only: string[], options = {}): Promise<string[]> {
  const databases = fleet.load().databases.filter(({ name }) => only.includes(name));
  const files = await lintFleet(databases, options);
  return files.flatMap(({ source, findings }) =>
    standing(findings).map(({ rule, line }) => `${source.file}:${line} ${rule}`),
  );
}

describe('lint of a fleet', () => {
  it('judges what is pending in each database, after what its history says', async () => {
    expect(await rules(['ahead', 'behind'])).toEqual(['behind/002_b.sql:1 rename-column']);
    const shadow = { url: targetOf(adminUrl()) };
    expect(await rules(['ahead', 'behind'], { shadow })).toEqual([
      'behind/002_b.sql:1 rename-column',
    ]);
  });

  it('takes a base that is named instead, and none as nothing live', async () => {
    expect(await rules(['ahead'], { baseApplied: '1' })).toEqual([
      'ahead/002_b.sql:1 rename-column',
    ]);
    expect(await rules(['ahead', 'behind'], { baseApplied: '0' })).toEqual([]);
  });

  it('judges classes by what they send, at the lines of their source', async () => {
    const folder = join(fleet.folder, 'package');
    for (const part of ['src', 'dist']) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const classes = [
      ['MakeT1760000000000', 'make-t', "await r.query('CREATE TABLE t (id int, a text)');"],
      ['DropA1760000100000', 'drop-a', "// why\n    await r.query('ALTER TABLE t DROP COLUMN a');"],
      [
        'TakeA1760000200000',
        'take-a',
        '// migrate: ignore truncate reason="T-7"\n    await r.query(\'TRUNCATE t\');',
      ],
      [
        'AskIt1760000300000',
        'ask-it',
        "const [row] = await r.query('SELECT 1'); await r.query(row.sql);",
      ],
    ] as const;
    const text = ([name, , body]: (typeof classes)[number]) =>
      `class ${name} {\n  async up(r) {\n    ${body}\n  }\n}\n`;
    for (const one of classes) {
      const number = one[0].slice(-13);
      writeFileSync(join(folder, 'src', `${number}-${one[1]}.ts`), text(one));
    }
    const list = `export const migrations = [${classes.map(([name]) => name).join(', ')}];\n`;
    writeFileSync(join(folder, 'dist', 'index.js'), classes.map(text).join('') + list);
    lockMigrations(folder);
    const [database] = fleet.load().databases;
    if (database === undefined) throw new Error('no database');
    const files = await lintFleet([{ ...database, migrations: folder }], {
      baseApplied: '1760000000000',
    });
    expect(
      files.map(({ source, findings }) => [
        source.file,
        ...standing(findings).map(({ rule, line }) => `${rule}:${line}`),
      ]),
    ).toEqual([
      ['package/src/1760000100000-drop-a.ts', 'drop-column:4', 'drop-column-in-use:4'],
      ['package/src/1760000200000-take-a.ts'],
      ['package/src/1760000300000-ask-it.ts', 'class-not-rehearsed:1'],
    ]);
  });
});
