import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeWhole } from '@fusion-prime/postgres-server';

export type RolePasswords = Record<string, string>;

/**
 * The generated passwords of the local roles: made once, kept beside the cluster, readable by its owner
 * only. A role that is new since the last start gets one now.
 */
export function rolePasswords(file: string, roles: readonly string[]): RolePasswords {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RolePasswords) : {};
  const missing = roles.filter((role) => known[role] === undefined);
  if (missing.length === 0) return known;
  const all = { ...known };
  for (const role of missing) all[role] = randomBytes(24).toString('base64url');
  writeWhole(file, JSON.stringify(all, null, 2));
  return all;
}
