import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { orphanedFolders, ownPrefix } from '../run/orphans.js';

const KIND = 'fp-pg';

export interface PgEnvironment {
  variables: Record<string, string | undefined>;
  /** Removes what holds the password. */
  remove: () => void;
}

/**
 * The environment that leads a program of PostgreSQL to a database as our own connections go there, TLS
 * included. The password stands in a file that only we read, never among arguments that everybody sees;
 * the PG* variables of the surroundings lead nowhere.
 */
export async function pgEnvironment(
  target: DatabaseTarget,
  surroundings: Readonly<Record<string, string | undefined>>,
): Promise<PgEnvironment> {
  removeOrphans();
  const folder = mkdtempSync(ownPrefix(KIND));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const passFile = join(folder, 'pgpass');
    const password = (await target.password()).replace(/[\\:]/g, '\\$&');
    writeFileSync(passFile, `*:*:*:*:${password}\n`, { mode: 0o600 });
    const others = Object.entries(surroundings).filter(([name]) => !name.startsWith('PG'));
    const variables = {
      ...Object.fromEntries(others),
      PGHOST: target.host,
      PGPORT: String(target.port),
      PGDATABASE: target.database,
      PGUSER: target.user,
      PGPASSFILE: passFile,
      PGAPPNAME: 'fp migrate backup',
      PGCONNECT_TIMEOUT: '10',
      ...tlsVariables(target, folder),
    };
    return { variables, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** kill -9 during a backup leaves the file with the password. */
function removeOrphans(): void {
  for (const folder of orphanedFolders(KIND)) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Somebody else's folder is somebody else's to clean.
    }
  }
}

/** libpq knows no authorities of its own: without a file it gets those that Node trusts. */
function tlsVariables(target: DatabaseTarget, folder: string): Record<string, string> {
  if (target.kind !== 'tcp') return { PGSSLMODE: 'disable' };
  const { sslmode, sslrootcert } = target;
  if (!sslmode.startsWith('verify')) return { PGSSLMODE: sslmode };
  if (sslrootcert !== undefined) return { PGSSLMODE: sslmode, PGSSLROOTCERT: sslrootcert };
  const authorities = join(folder, 'authorities.pem');
  writeFileSync(authorities, rootCertificates.join('\n'), { mode: 0o600 });
  return { PGSSLMODE: sslmode, PGSSLROOTCERT: authorities };
}
