import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockMigrations } from '@fusion-prime/migrator';
import { adminUrl } from '../../../libs/migrator/test/fleet-fixture.js';
import { fpIn } from './fp-process.js';

const folder = mkdtempSync(join(tmpdir(), 'fp-generate-'));
const fp = fpIn(folder);
const vars = { SHADOW_URL: '' };
const typeorm = import.meta.resolve('typeorm');

beforeAll(() => {
  vars.SHADOW_URL = adminUrl();
  mkdirSync(join(folder, 'books'));
  writeFileSync(
    join(folder, 'books', '001_books.sql'),
    'CREATE TABLE books (id int PRIMARY KEY, title varchar(80) NOT NULL);\n',
  );
  lockMigrations(join(folder, 'books'));
  writeFileSync(
    join(folder, 'fleet.yaml'),
    `version: 1
databases:
  - { name: books, database: books, url: BOOKS_URL, migrations: ./books, entities: ./entities.mjs }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The mapped columns, each beside `id`. */
function map(columns: Record<string, object>): void {
  const schema = { name: 'Book', tableName: 'books', columns: { id: idColumn, ...columns } };
  writeFileSync(
    join(folder, 'entities.mjs'),
    `import { EntitySchema } from ${JSON.stringify(typeorm)};
     export const entities = [new EntitySchema(${JSON.stringify(schema)})];`,
  );
}
const idColumn = { type: 'int', primary: true, primaryKeyConstraintName: 'books_pkey' };
const title = { type: 'varchar', length: 80 };
const generate = (...args: string[]) =>
  fp(['migrate', 'generate', '--fleet', 'fleet.yaml', ...args], { vars });

describe('fp migrate generate', () => {
  it('finds nothing to do for the five services', async () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const { code, json } = await fpIn(root)(['migrate', 'generate', '--json'], { vars });
    const { databases } = json as unknown as { databases: { name: string; up: unknown[] }[] };
    expect(code).toBe(0);
    expect(databases).toHaveLength(5);
    expect(databases.filter(({ up }) => up.length > 0)).toEqual([]);
  });

  it('says so, and writes nothing, when the entities fit', async () => {
    map({ title });
    const { code, stdout } = await generate();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'books: nothing to do\n' });
  });

  it('writes nothing with --check, and answers 3', async () => {
    map({ title, pages: { type: 'int', nullable: true } });
    const { code, stdout } = await generate('--check');
    expect(code).toBe(3);
    expect(stdout).toContain('ALTER TABLE "books" ADD "pages" integer');
  });

  it('demands a name for what it writes', async () => {
    map({ title, pages: { type: 'int', nullable: true } });
    const { code, stderr } = await generate();
    expect(code).toBe(2);
    expect(stderr).toContain('--name');
  });

  it('writes the way there and the way back, after which nothing is left to do', async () => {
    map({ title, pages: { type: 'int', nullable: true } });
    const { code, stdout } = await generate('--name', 'count pages');
    expect(code).toBe(0);
    expect(stdout).toContain('002_count_pages.sql');
    const text = (file: string): string => readFileSync(join(folder, 'books', file), 'utf8');
    expect(text('002_count_pages.sql')).toContain('ALTER TABLE "books" ADD "pages" integer;');
    expect(text('002_count_pages_down.sql')).toContain('ALTER TABLE "books" DROP COLUMN "pages";');
    expect((await generate()).stdout).toBe('books: nothing to do\n');
  });

  it.each([
    ['is not built', () => rmSync(join(folder, 'entities.mjs'), { force: true }), 'build it first'],
    [
      'exports no list',
      () => writeFileSync(join(folder, 'entities.mjs'), 'export const entities = 7;'),
      'exports no list',
    ],
  ])('refuses a module of entities that %s', async (_, make, said) => {
    make();
    const { code, stderr } = await generate();
    expect(code).toBe(2);
    expect(stderr).toContain('ENTITIES_NOT_FOUND');
    expect(stderr).toContain(said);
  });
});
