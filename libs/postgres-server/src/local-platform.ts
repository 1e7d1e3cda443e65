import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPostmaster } from './postmaster.js';
import { writeWhole } from './write-whole.js';

/** The embedded server of one checkout, as `npm start` and `npm run db:up` leave word of it. */
export interface LocalPlatform {
  port: number;
  adminUrl: string;
  /** `SETTLEMENT_DATABASE_URL`, `SETTLEMENT_MIGRATE_URL`, … for every database of the fleet. */
  variables: Record<string, string>;
}

/** Where a checkout keeps the state of its embedded server, issuer keys and logs. */
export const STATE_FOLDER = '.data';

export function postgresDirectory(root: string): string {
  return join(root, STATE_FOLDER, 'postgres');
}

function platformFile(root: string): string {
  return join(root, STATE_FOLDER, 'platform.json');
}

/** Readable by its owner only: it holds passwords. */
export function writeLocalPlatform(root: string, platform: LocalPlatform): void {
  const file = platformFile(root);
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(file, `${JSON.stringify(platform, null, 2)}\n`);
}

export function forgetLocalPlatform(root: string): void {
  rmSync(platformFile(root), { force: true });
}

/**
 * The running embedded server of the checkout that `from` lies in, or null when none runs.
 * Never starts anything.
 */
export function readLocalPlatform(from: string = process.cwd()): LocalPlatform | null {
  const root = checkoutOf(from);
  if (root === null || !existsSync(platformFile(root))) return null;
  const postmaster = readPostmaster(join(postgresDirectory(root), 'data'));
  if (postmaster === null) return null;
  const platform = JSON.parse(readFileSync(platformFile(root), 'utf8')) as LocalPlatform;
  return platform.port === postmaster.port ? platform : null;
}

/** The nearest folder upwards that holds `nx.json`: the root of the checkout. */
export function checkoutOf(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return folder;
    if (dirname(folder) === folder) return null;
  }
}
