import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mintServiceToken } from '@fusion-prime/fp/service-token';
import type { ServiceName } from '@fusion-prime/kernel';
import { writeWhole } from '@fusion-prime/postgres-server';
import type { Places } from './places.js';

/** A file with 32 random bytes, made once. @returns its path */
export function ensureKey(
  { auth }: Places,
  name: string,
  encoding: 'base64' | 'base64url',
): string {
  const file = join(auth, name);
  if (!existsSync(file)) {
    mkdirSync(auth, { recursive: true });
    writeWhole(file, randomBytes(32).toString(encoding));
  }
  return file;
}

/**
 * A file with the token that a service shows to others, made anew: whatever the issuer's key or the calls were
 * at the last start, it fits today's.
 *
 * @returns its path; undefined for a service that calls nobody
 */
export async function ensureServiceToken(
  { auth }: Places,
  service: ServiceName,
): Promise<string | undefined> {
  const token = await mintServiceToken(auth, service);
  if (token === undefined) return undefined;
  const file = join(auth, `${service}.token`);
  writeWhole(file, token);
  return file;
}
