import { classBaseName, lockMigrations, sourceEntries } from '@fusion-prime/migrator';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandRefused } from './refusal.js';

/** The two ways of a migration that is written to a file: whole SQL texts, or statements of a class. */
export interface MigrationText {
  /** The comment that opens it, without its marks. */
  why: string;
  up: string;
  down: string;
}

export const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** `add refund reason`, `add_refund_reason` → `add-refund-reason`. @throws {CommandRefused} USAGE */
export function migrationName(words: readonly string[]): string {
  const name = words
    .join('-')
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  if (NAME.test(name)) return name;
  throw new CommandRefused('USAGE', `"${words.join(' ')}": letters, digits and words, please`);
}

export function isSqlFolder(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((file) => /^\d+[_-].*\.sql$/.test(file));
}

/**
 * Writes the next migration of a folder, in the kind that the folder has, and `migrations.lock` with it.
 *
 * @returns the files that were written
 */
export function writeMigration(folder: string, name: string, text: MigrationText): string[] {
  const files = isSqlFolder(folder) ? writeSql(folder, name, text) : writeClass(folder, name, text);
  lockMigrations(folder);
  return files;
}

/** The next number, as wide as the others. */
function writeSql(folder: string, name: string, { why, up, down }: MigrationText): string[] {
  const width = Math.max(
    ...readdirSync(folder).map((file) => /^(\d+)[_-]/.exec(file)?.[1]?.length ?? 0),
  );
  const newest = sourceEntries(folder).at(-1)?.number ?? '0';
  const number = (BigInt(newest) + 1n).toString().padStart(width, '0');
  const base = join(folder, `${number}_${name.replaceAll('-', '_')}`);
  const files: [string, string][] = [
    [`${base}.sql`, `-- ${why}\n${up}`],
    [`${base}_down.sql`, `-- The way back from ${name}.\n${down}`],
  ];
  for (const [file, text] of files) writeFileSync(file, text, { flag: 'wx' });
  return files.map(([file]) => file);
}

function writeClass(folder: string, name: string, text: MigrationText): string[] {
  const index = join(folder, 'src', 'index.ts');
  if (!existsSync(index)) throw new CommandRefused('USAGE', `${index} is missing: no package here`);
  const newest = Number(sourceEntries(folder).at(-1)?.number ?? 0);
  const number = String(Math.max(Date.now(), newest + 1));
  const className = `${classBaseName(name)}${number}`;
  const file = join(folder, 'src', `${number}-${name}.ts`);
  const list = withEntry(readFileSync(index, 'utf8'), className, `./${number}-${name}.js`);
  writeFileSync(file, classText(className, text), { flag: 'wx' });
  writeFileSync(index, list);
  return [file, index];
}

function classText(className: string, { why, up, down }: MigrationText): string {
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

/** ${why} */
export class ${className} implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
${up}  }

  async down(queryRunner: QueryRunner): Promise<void> {
${down}  }
}
`;
}

/** Adds the import after the last one, and the class at the end of the list. */
function withEntry(text: string, className: string, path: string): string {
  const lines = text.split('\n');
  const statement = `import { ${className} } from '${path}';`;
  lines.splice(lines.findLastIndex((line) => line.startsWith('import ')) + 1, 0, statement);
  const joined = lines.join('\n');
  const list = /(export const migrations[^=]*= \[)([^\]]*)\]/;
  if (!list.test(joined)) {
    throw new CommandRefused('USAGE', 'src/index.ts has no list "export const migrations = [ … ]"');
  }
  return joined.replace(list, (_, open: string, entries: string) => {
    const known = entries
      .split(',')
      .flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
    return `${open}\n${[...known, className].map((entry) => `  ${entry},\n`).join('')}]`;
  });
}
