import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MigrationRefused } from '../refused.js';

/** One line of `migrations.lock`. */
export interface LockEntry {
  number: string;
  name: string;
  sha256: string;
}

export const LOCK_FILE = 'migrations.lock';
const HEADER =
  '# number name sha256 of the source. Written by `fp migrate lock`; merge by hand, in order.';
const LINE = /^(0|[1-9]\d{0,19}) ([a-z0-9][a-z0-9_-]*) ([0-9a-f]{64})$/;

/** @throws {MigrationRefused} LOCK_FILE_MISSING, LOCK_FILE_MISMATCH for a line that cannot be read. */
export function readLockFile(folder: string): LockEntry[] {
  const file = join(folder, LOCK_FILE);
  if (!existsSync(file)) {
    throw new MigrationRefused('LOCK_FILE_MISSING', `${file} is missing: run  npx fp migrate lock`);
  }
  const lines = readFileSync(file, 'utf8').replace(/\r\n/g, '\n').split('\n');
  return lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    const [, number, name, sha256] = LINE.exec(line) ?? [];
    if (number === undefined || name === undefined || sha256 === undefined) {
      throw new MigrationRefused(
        'LOCK_FILE_MISMATCH',
        `${file}:${index + 1} is not "<number> <name> <sha256>" (an unfinished merge?)`,
      );
    }
    return [{ number, name, sha256 }];
  });
}

/** The text of a lock file; entries come in the order in which they are applied. */
export function formatLockFile(entries: readonly LockEntry[]): string {
  return [HEADER, ...entries.map((e) => `${e.number} ${e.name} ${e.sha256}`), ''].join('\n');
}

/** Writes the lock file; returns whether its content changed. */
export function writeLockFile(folder: string, entries: readonly LockEntry[]): boolean {
  const file = join(folder, LOCK_FILE);
  const text = formatLockFile(entries);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  writeFileSync(file, text);
  return true;
}

/**
 * The source must be what the lock says.
 *
 * @throws {MigrationRefused} LOCK_FILE_MISMATCH naming the first migration that differs.
 */
export function demandLocked(folder: string, entries: readonly LockEntry[]): void {
  const locked = readLockFile(folder);
  const length = Math.max(locked.length, entries.length);
  for (let index = 0; index < length; index += 1) {
    const [lock, source] = [locked[index], entries[index]];
    if (
      lock?.number === source?.number &&
      lock?.name === source?.name &&
      lock?.sha256 === source?.sha256
    ) {
      continue;
    }
    const which = source ?? lock;
    throw new MigrationRefused(
      'LOCK_FILE_MISMATCH',
      `${join(folder, LOCK_FILE)} and the source differ at ${which?.number} ${which?.name}: ` +
        'restore the file, or run  npx fp migrate lock  when the change is meant and nowhere applied',
    );
  }
}
