import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '..', 'bin', 'fp.mjs');
const root = mkdtempSync(join(tmpdir(), 'fp-new-'));
const src = join(root, 'migrations', 'books', 'src');

beforeAll(() => {
  mkdirSync(src, { recursive: true });
  writeFileSync(
    join(root, 'migrations', 'fleet.yaml'),
    'version: 1\ndatabases:\n  - { name: books, database: b, url: B_URL, migrations: ./books }\n',
  );
  writeFileSync(join(src, '..', 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(src, 'index.ts'),
    `import { Old1700000000000 } from './1700000000000-old.js';

/** In the order in which they are applied. */
export const migrations = [Old1700000000000];
`,
  );
  writeFileSync(join(src, '1700000000000-old.ts'), 'export class Old1700000000000 {}\n');
});
afterAll(() => rmSync(root, { recursive: true }));

function fp(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [BIN, ...args], { cwd: root, encoding: 'utf8' });
}

describe('a new migration class', () => {
  it('is a file, an import, an entry at the end of the list and a line of the lock', () => {
    expect(fp('migrate', 'new', 'books', 'Add refund_reason').status).toBe(0);
    const [, file = ''] = readdirSync(src).sort();
    const [, number = ''] = /^(\d{13})-add-refund-reason\.ts$/.exec(file) ?? [];
    const className = `AddRefundReason${number}`;
    expect(readFileSync(join(src, file), 'utf8')).toContain(`export class ${className} implements`);
    const index = readFileSync(join(src, 'index.ts'), 'utf8');
    expect(index).toContain(`import { ${className} } from './${number}-add-refund-reason.js';`);
    expect(index).toContain(`[\n  Old1700000000000,\n  ${className},\n];`);
    const lock = readFileSync(join(src, '..', 'migrations.lock'), 'utf8')
      .trim()
      .split('\n');
    expect(lock.slice(1).map((line) => line.split(' ').slice(0, 2))).toEqual([
      ['1700000000000', 'old'],
      [number, 'add-refund-reason'],
    ]);
  });

  it('always gets a number above the newest, even one of the far future', () => {
    writeFileSync(join(src, '9999999999998-late.ts'), 'export class Late9999999999998 {}\n');
    fp('migrate', 'new', 'books', 'later');
    expect(readdirSync(src)).toContain('9999999999999-later.ts');
  });

  it.each([
    ['books', '§§'],
    ['nobody', 'something'],
  ])('is refused for %s %s', (database, name) => {
    const before = readdirSync(src);
    expect(fp('migrate', 'new', database, name).status).toBe(2);
    expect(readdirSync(src)).toEqual(before);
  });
});
