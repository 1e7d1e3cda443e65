import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CommandRefused } from '../refusal.js';

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
 * Writes a secret whole or not at all: one that a kill -9 or a full disk cut short would be in the way of
 * every later start.
 *
 * @returns whether anything changed
 */
export function writeSecret(secret: Secret): boolean {
  const { file, text } = secret;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  place(secret, renameSync);
  return true;
}

/**
 * The secret that is there, else a new one. Of several that make it at the same moment all get the same.
 *
 * @throws {CommandRefused} SECRET_EMPTY: an empty one would go on into URLs.
 */
export function keepSecret(file: string, make: () => string, mode?: number): string {
  if (!existsSync(file)) {
    try {
      // A link, because a rename would take the place of what another one made in the meantime.
      place({ file, text: make(), ...(mode !== undefined && { mode }) }, linkSync);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  const kept = readFileSync(file, 'utf8').trim();
  if (kept !== '') return kept;
  throw new CommandRefused('SECRET_EMPTY', `${file} is empty: remove it, and a new one is made`);
}

function place({ file, text, mode = PRIVATE }: Secret, put: (from: string, to: string) => void) {
  mkdirSync(dirname(file), { recursive: true });
  // Not by the pid: in a container everybody's is 1.
  const unfinished = `${file}.${randomUUID()}.new`;
  try {
    writeFileSync(unfinished, text, { mode, flush: true });
    // The umask may have taken more away than it should.
    chmodSync(unfinished, mode);
    put(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
