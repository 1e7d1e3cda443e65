import { lockMigrations } from '@fusion-prime/migrator';
import { type CommonOptions, offlineFleet } from '../context.js';
import {
  isSqlFolder,
  migrationName,
  type MigrationText,
  writeMigration,
} from '../migration-files.js';
import { print, printJson, say } from '../output.js';
import { CommandRefused } from '../refusal.js';

/** `fp migrate new settlement add refund reason`: needs no database, and no built code. */
export async function create(
  options: CommonOptions,
  database: string,
  ...words: string[]
): Promise<number> {
  const name = migrationName(words);
  const [folder] = await foldersOf({ ...options, only: [database] });
  if (folder === undefined) throw new CommandRefused('USAGE', `there is no database ${database}`);
  const text = isSqlFolder(folder) ? emptySql(name) : emptyClass(name);
  const files = writeMigration(folder, name, text);
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
  const { databases } = await offlineFleet(options);
  // The databases of a template share one folder.
  return [...new Set(databases.map(({ migrations }) => migrations))];
}

/** Nothing but a comment, which `up` refuses. */
function emptySql(name: string): MigrationText {
  return { why: `${name}: say why.`, up: '', down: '' };
}

/** Throws until it is written: an empty migration that was applied by mistake is hard to take back. */
function emptyClass(name: string): MigrationText {
  const raise = (way: string): string =>
    `    await queryRunner.query(\`DO $$ BEGIN RAISE '${way} of ${name} is not written' ; END $$\`);\n`;
  return { why: 'Say why, and what breaks otherwise.', up: raise('up'), down: raise('down') };
}
