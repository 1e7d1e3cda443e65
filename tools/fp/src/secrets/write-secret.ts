import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** For its owner's eyes, unless another user's program has to read it. */
const PRIVATE = 0o600;
/** As Docker mounts a secret: whoever is in the container that has it. */
export const READABLE = 0o644;

export interface Secret {
  file: string;
  text: string;
  mode?: number;
}

/**
 * Writes a secret whole or not at all: one that a kill -9 cut short would be in the way of every later start.
 *
 * @returns whether anything changed
 */
export function writeSecret({ file, text, mode = PRIVATE }: Secret): boolean {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.new`;
  writeFileSync(unfinished, text, { mode });
  // The umask may have taken more away than it should.
  chmodSync(unfinished, mode);
  renameSync(unfinished, file);
  return true;
}

/** The secret that is there, else a new one. */
export function keepSecret(file: string, make: () => string, mode?: number): string {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const text = make();
  writeSecret({ file, text, ...(mode !== undefined && { mode }) });
  return text;
}
