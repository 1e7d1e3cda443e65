import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MigrationRefused } from '../refused.js';

/** Where a history stands, for people and for `verify-export`. */
export interface ManifestPlace {
  seq: string;
  hash: string;
  /** The number of the last row; null for an empty history. */
  number: string | null;
}

export interface ManifestFile {
  file: string;
  /** Of the bytes of the file. */
  sha256: string;
  /** `outside`: a statement that no transaction may hold; it is not for one message of several. */
  kind: 'transaction' | 'outside';
  /** Where the history stands once it is imported. */
  after: ManifestPlace;
  /** Of an `outside` file: its statements, for a program that sends them one by one. */
  statements: string[] | null;
}

export interface ManifestDatabase {
  name: string;
  database: string;
  databaseUuid: string;
  environment: string;
  before: ManifestPlace;
  after: ManifestPlace;
  migrations: { number: string; name: string; sha256: string }[];
  files: ManifestFile[];
}

/** What an export wrote: `manifest.json` beside the files. */
export interface Manifest {
  schemaVersion: 1;
  runId: string;
  createdAt: string;
  toolVersion: string;
  gitSha: string | null;
  databases: ManifestDatabase[];
}

export const MANIFEST = 'manifest.json';

export function sha256Of(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws {MigrationRefused} EXPORT_EXISTS: two exports in one folder would be imported as one */
export function demandNoExport(directory: string): void {
  if (!existsSync(join(directory, MANIFEST))) return;
  throw new MigrationRefused(
    'EXPORT_EXISTS',
    `${join(directory, MANIFEST)} is there: verify that export and remove it, or name another --dir`,
  );
}

/** Written last: a folder with a manifest is a whole export. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * Reads the manifest and every file that it names.
 *
 * @throws {MigrationRefused} EXPORT_NOT_FOUND, EXPORT_EDITED naming the files that are not what was written
 */
export function readManifest(directory: string): Manifest {
  const file = join(directory, MANIFEST);
  if (!existsSync(file)) {
    throw new MigrationRefused(
      'EXPORT_NOT_FOUND',
      `${file} is missing: name the folder that  npx fp migrate export  wrote with --dir`,
    );
  }
  const manifest = parse(file);
  const edited = manifest.databases.flatMap(({ files }) =>
    files.flatMap((one) => {
      const path = join(directory, one.file);
      if (!existsSync(path)) return [`${path} is missing`];
      return sha256Of(readFileSync(path)) === one.sha256 ? [] : [`${path} was edited`];
    }),
  );
  if (edited.length === 0) return manifest;
  throw new MigrationRefused(
    'EXPORT_EDITED',
    `${edited.join('; ')}: nobody knows what was imported. Export again, where nothing was imported yet`,
  );
}

function isManifest({ schemaVersion, databases }: Manifest): boolean {
  const isPlace = (place?: ManifestPlace): boolean => typeof place?.seq === 'string';
  return (
    schemaVersion === 1 &&
    databases.every(
      ({ name, before, after, files }) =>
        typeof name === 'string' &&
        isPlace(before) &&
        isPlace(after) &&
        files.every((one) => typeof one.file === 'string' && isPlace(one.after)),
    )
  );
}

/** Whatever is not as it was written is a file that is not ours; how it is not does not matter. */
function parse(file: string): Manifest {
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    if (isManifest(manifest)) return manifest;
  } catch {
    // Told below: for the reader both are a file that is not ours.
  }
  throw new MigrationRefused('EXPORT_EDITED', `${file} is not what an export wrote`);
}
