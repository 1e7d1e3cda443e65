import { classBaseName, lockMigrations, sourceEntries } from '@fusion-prime/migrator';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommonOptions, fleetFile } from '../context.js';
import { print, printJson, say } from '../output.js';
import { CommandRefused } from '../refusal.js';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** `fp migrate new settlement add refund reason`: needs no database, and no built code. */
export async function create(
  options: CommonOptions,
  database: string,
  ...words: string[]
): Promise<number> {
  const name = words
    .join('-')
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  if (!NAME.test(name)) {
    throw new CommandRefused('USAGE', `"${words.join(' ')}": letters, digits and words, please`);
  }
  const [folder] = await foldersOf({ ...options, only: [database] });
  if (folder === undefined) throw new CommandRefused('USAGE', `there is no database ${database}`);
  const files = isSqlFolder(folder) ? createSql(folder, name) : createClass(folder, name);
  lockMigrations(folder);
  if (options.json === true) printJson({ command: 'migrate new', exitCode: 0, files });
  else for (const file of files) print(file);
  say('write it, then run  npx fp migrate lock');
  return 0;
}

export async function lock(options: CommonOptions): Promise<number> {
  const folders = await foldersOf(options);
  const locks = folders.map((folder) => {
    const { entries, changed } = lockMigrations(folder);
    return { folder, migrations: entries.length, changed };
  });
  if (options.json === true) printJson({ command: 'migrate lock', exitCode: 0, locks });
  else
    for (const { folder, migrations, changed } of locks)
      print(`${folder}: ${migrations} migrations, ${changed ? 'rewritten' : 'unchanged'}`);
  return 0;
}

async function foldersOf(options: CommonOptions): Promise<string[]> {
  const { loadFleet, select } = await import('@fusion-prime/migrator');
  const fleet = loadFleet(fleetFile(options.fleet), {}, { itemVariables: process.env });
  const folders = select(fleet.databases, options).map(({ migrations }) => migrations);
  // The databases of a template share one folder.
  return [...new Set(folders)];
}

function isSqlFolder(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((file) => /^\d+[_-].*\.sql$/.test(file));
}

/** The next number, as wide as the others. */
function createSql(folder: string, name: string): string[] {
  const width = Math.max(
    ...readdirSync(folder).map((file) => /^(\d+)[_-]/.exec(file)?.[1]?.length ?? 0),
  );
  const newest = sourceEntries(folder).at(-1)?.number ?? '0';
  const number = (BigInt(newest) + 1n).toString().padStart(width, '0');
  const base = join(folder, `${number}_${name.replaceAll('-', '_')}`);
  const files: [string, string][] = [
    [`${base}.sql`, `-- ${name}: say why.\n`],
    [`${base}_down.sql`, `-- The way back from ${name}.\n`],
  ];
  for (const [file, text] of files) writeFileSync(file, text, { flag: 'wx' });
  return files.map(([file]) => file);
}

function createClass(folder: string, name: string): string[] {
  const index = join(folder, 'src', 'index.ts');
  if (!existsSync(index)) throw new CommandRefused('USAGE', `${index} is missing: no package here`);
  const newest = Number(sourceEntries(folder).at(-1)?.number ?? 0);
  const number = String(Math.max(Date.now(), newest + 1));
  const className = `${classBaseName(name)}${number}`;
  const file = join(folder, 'src', `${number}-${name}.ts`);
  writeFileSync(file, classText(className, name), { flag: 'wx' });
  const text = readFileSync(index, 'utf8');
  writeFileSync(index, withEntry(text, className, `./${number}-${name}.js`));
  return [file, index];
}

/** Throws until it is written: an empty migration that was applied by mistake is hard to take back. */
function classText(className: string, name: string): string {
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Say why, and what breaks otherwise. */
export class ${className} implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`DO $$ BEGIN RAISE 'up of ${name} is not written' ; END $$\`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`DO $$ BEGIN RAISE 'down of ${name} is not written' ; END $$\`);
  }
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
