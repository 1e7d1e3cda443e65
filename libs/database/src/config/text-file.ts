import { readFileSync, statSync } from 'node:fs';

// A certificate bundle of every public authority has 250 KiB; nothing a variable points at is larger.
const MAX_BYTES = 1024 * 1024;

/**
 * Reads the file that a `*_FILE` variable names. Only a regular one of at most 1 MiB: a pipe or a device
 * would keep a starting process waiting for ever, and could not be read again when a secret rotates.
 *
 * @throws {Error} when it cannot be read, or is something else.
 */
export function readTextFile(path: string): string {
  const facts = statSync(path);
  if (!facts.isFile() || facts.size > MAX_BYTES) {
    throw new Error('not a regular file of at most 1 MiB');
  }
  return readFileSync(path, 'utf8');
}
