import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationInterface } from 'typeorm';
import { sourceSha256 } from './checksum.js';
import { type LockEntry, readLockFile } from './lock-file.js';
import type { Migration, Script } from './migration.js';
import { MigrationRefused } from '../refused.js';

type MigrationClass = new () => MigrationInterface;

const SOURCE_FILE = /^(\d{13})-([a-z0-9][a-z0-9-]*)\.ts$/;
const CLASS_NAME = /^([A-Za-z][A-Za-z0-9]*?)(\d{13})$/;

/** `create-settlement` → `CreateSettlement`. */
export function classBaseName(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}

/** What the source files of a package say; empty in an image, which ships only dist and the lock. */
export function readSourceEntries(folder: string): LockEntry[] {
  const src = join(folder, 'src');
  if (!existsSync(src)) return [];
  return readdirSync(src)
    .flatMap((file) => {
      const [, number, name] = SOURCE_FILE.exec(file) ?? [];
      if (number === undefined || name === undefined) return [];
      return [{ number, name, sha256: sourceSha256(readFileSync(join(src, file), 'utf8')) }];
    })
    .sort((a, b) => (a.number < b.number ? -1 : 1));
}

/**
 * Loads the TypeORM migration classes of a built package, in the order of its list.
 *
 * @throws {MigrationRefused} MIGRATIONS_NOT_BUILT, MIGRATIONS_STALE_BUILD, MIGRATIONS_INVALID
 */
export async function loadClassMigrations(folder: string): Promise<Migration[]> {
  demandFreshBuild(folder);
  const entry = entryOf(folder);
  const loaded = (await import(pathToFileURL(entry).href)) as { migrations?: unknown };
  if (!Array.isArray(loaded.migrations)) {
    throw new MigrationRefused('MIGRATIONS_INVALID', `${entry} exports no list "migrations"`);
  }
  const locked = new Map(readLockFile(folder).map((line) => [line.number, line]));
  let previous = '';
  return loaded.migrations.map((candidate: MigrationClass) => {
    const migration = toMigration(candidate, locked, entry);
    // 13 digits each, so the order of the texts is the order of the numbers.
    if (migration.number <= previous) {
      throw new MigrationRefused(
        'MIGRATIONS_INVALID',
        `${entry}: ${candidate.name} stands after ${previous} in the list; numbers must grow`,
      );
    }
    previous = migration.number;
    return migration;
  });
}

function toMigration(
  MigrationClass: MigrationClass,
  locked: Map<string, LockEntry>,
  entry: string,
): Migration {
  const [, base, number] = CLASS_NAME.exec(MigrationClass.name) ?? [];
  if (base === undefined || number === undefined) {
    throw new MigrationRefused(
      'MIGRATIONS_INVALID',
      `${entry}: class ${MigrationClass.name} must end in the 13 digits of its file`,
    );
  }
  const line = locked.get(number);
  if (line === undefined || classBaseName(line.name) !== base) {
    throw new MigrationRefused(
      'LOCK_FILE_MISMATCH',
      `${MigrationClass.name} is not in migrations.lock under that name: run  npx fp migrate lock`,
    );
  }
  const instance = new MigrationClass();
  const transactional = instance.transaction !== false;
  // A new instance for each run: what a rehearsal did to its fields is not there in earnest.
  const script = (direction: 'up' | 'down'): Script => ({
    kind: 'class',
    transactional,
    run: async (runner) => {
      await new MigrationClass()[direction](runner);
    },
  });
  return {
    ...line,
    origin: 'typeorm',
    typeormName: instance.name ?? MigrationClass.name,
    up: script('up'),
    down: typeof instance.down === 'function' ? script('down') : null,
  };
}

/** The package's own answer to "where is your code"; `dist/index.js` when it gives none. */
function entryOf(folder: string): string {
  const manifest = join(folder, 'package.json');
  const { exports } = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: Record<string, unknown> })
    : {};
  const main = exports?.['.'] as { default?: string } | string | undefined;
  const path = (typeof main === 'string' ? main : main?.default) ?? './dist/index.js';
  const entry = resolve(folder, path);
  if (existsSync(entry)) return entry;
  throw new MigrationRefused(
    'MIGRATIONS_NOT_BUILT',
    `${entry} is missing: ${buildCommand(folder)}`,
  );
}

function buildCommand(folder: string): string {
  return `run  npx tsc -b ${join(folder, 'tsconfig.build.json')}`;
}

interface BuildInfo {
  fileNames?: string[];
  fileInfos?: (string | { version?: string })[];
}

/**
 * An edited source with yesterday's build would run old SQL under a new checksum. The compiler keeps the
 * sha256 of every file that it read, so no clock has to be trusted.
 */
function demandFreshBuild(folder: string): void {
  const infoFile = join(folder, 'dist', '.tsbuildinfo');
  if (!existsSync(infoFile)) return;
  const info = JSON.parse(readFileSync(infoFile, 'utf8')) as BuildInfo;
  const built = new Map<string, string>();
  info.fileNames?.forEach((name, index) => {
    const entry = info.fileInfos?.[index];
    const version = typeof entry === 'string' ? entry : entry?.version;
    if (name.startsWith('../src/') && version !== undefined) built.set(name.slice(3), version);
  });
  for (const { number, name } of readSourceEntries(folder)) {
    const path = `src/${number}-${name}.ts`;
    if (built.get(path) === sha256Of(readFileSync(join(folder, path), 'utf8'))) continue;
    throw new MigrationRefused(
      'MIGRATIONS_STALE_BUILD',
      `${join(folder, path)} is newer than its build: ${buildCommand(folder)}`,
    );
  }
}

/** Of the text as it lies on disk, which is what the compiler hashes. */
function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
