import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

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
  writeFileSync(`${file}.new`, JSON.stringify(all, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return all;
}
