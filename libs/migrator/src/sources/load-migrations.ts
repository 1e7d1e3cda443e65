import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadClassMigrations, readSourceEntries } from './class-migrations.js';
import { demandLocked, type LockEntry, writeLockFile } from './lock-file.js';
import { compareNumbers, type Migration } from './migration.js';
import { MigrationRefused } from '../refused.js';
import { hasSqlFiles, readSqlMigrations } from './sql-files.js';

/**
 * Loads the migrations of a folder in the order in which they are applied: `NNN_name.sql` files when it
 * has those, else the classes of the package that it is. Source and `migrations.lock` must agree.
 *
 * @throws {MigrationRefused} MIGRATIONS_NOT_FOUND, MIGRATIONS_INVALID, MIGRATIONS_NOT_BUILT,
 *   MIGRATIONS_STALE_BUILD, LOCK_FILE_MISSING, LOCK_FILE_MISMATCH, SQL_HEADER
 */
export async function loadMigrations(folder: string): Promise<Migration[]> {
  demandFolder(folder);
  if (hasSqlFiles(folder)) {
    const migrations = readSqlMigrations(folder);
    demandLocked(folder, migrations);
    return migrations;
  }
  const source = readSourceEntries(folder);
  if (source.length > 0) demandLocked(folder, source);
  const migrations = await loadClassMigrations(folder);
  // In an image there is no source; then the lock, which was built with the classes, is the measure.
  demandLocked(folder, migrations);
  return migrations;
}

/** What `migrations.lock` should say, from the source alone; nothing has to be built for it. */
export function sourceEntries(folder: string): LockEntry[] {
  demandFolder(folder);
  if (hasSqlFiles(folder)) return readSqlMigrations(folder);
  const entries = readSourceEntries(folder);
  entries.slice(1).forEach((entry, index) => {
    if (compareNumbers(entries[index]?.number ?? '0', entry.number) < 0) return;
    throw new MigrationRefused(
      'MIGRATIONS_INVALID',
      `${folder}: two files have number ${entry.number}`,
    );
  });
  return entries;
}

/**
 * (Re)writes `migrations.lock` from the source.
 *
 * @returns the entries, and whether the file changed
 */
export function lockMigrations(folder: string): { entries: LockEntry[]; changed: boolean } {
  const entries = sourceEntries(folder);
  return { entries, changed: writeLockFile(folder, entries) };
}

function demandFolder(folder: string): void {
  if (existsSync(folder) && (hasSqlFiles(folder) || existsSync(join(folder, 'package.json'))))
    return;
  throw new MigrationRefused(
    'MIGRATIONS_NOT_FOUND',
    `${folder} holds neither NNN_name.sql files nor a package of migration classes`,
  );
}
