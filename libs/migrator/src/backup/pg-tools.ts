import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MigrationRefused } from '../refused.js';
import type { BackupRules } from './backup-rules.js';
import { runChild } from './child.js';

/** The two programs of one PostgreSQL client. */
export interface PgTools {
  pgDump: string;
  pgRestore: string;
  majorVersion: number;
}

const VERSION = /\(PostgreSQL\) (\d+)/;
const WHERE_FROM =
  'it comes with the package postgresql-client-%V of apt.postgresql.org (Debian, Ubuntu), postgresql%V of ' +
  'yum.postgresql.org, or brew install postgresql@%V; FP_PG_DUMP names another one';

/**
 * Finds pg_dump and pg_restore, no older than the server: an older pg_dump refuses, a newer one may not
 * know what it should dump.
 *
 * @throws {MigrationRefused} BACKUP_FAILED with both versions and where to get one
 */
export async function findPgTools(
  { pgDump = 'pg_dump', variables }: Pick<BackupRules, 'pgDump' | 'variables'>,
  serverMajor: number,
): Promise<PgTools> {
  const beside = join(dirname(pgDump), 'pg_restore');
  const pgRestore = pgDump.includes('/') && existsSync(beside) ? beside : 'pg_restore';
  const majorVersion = await majorOf(pgDump, { variables, serverMajor });
  await majorOf(pgRestore, { variables, serverMajor });
  if (majorVersion >= serverMajor) return { pgDump, pgRestore, majorVersion };
  throw new MigrationRefused(
    'BACKUP_FAILED',
    `${pgDump} is of PostgreSQL ${majorVersion}, the server of ${serverMajor}: pg_dump must not be older; ` +
      whereFrom(serverMajor),
  );
}

async function majorOf(
  program: string,
  { variables, serverMajor }: Pick<BackupRules, 'variables'> & { serverMajor: number },
): Promise<number> {
  const missing = `: install one of PostgreSQL ${serverMajor} or newer; ${whereFrom(serverMajor)}`;
  try {
    const { code, stdout, stderr } = await runChild({ program, args: ['--version'], variables });
    const major = VERSION.exec(stdout)?.[1];
    if (code === 0 && major !== undefined) return Number(major);
    const said = (stderr || stdout).trim().slice(0, 200);
    throw new MigrationRefused('BACKUP_FAILED', `${program} does not tell its version: ${said}`);
  } catch (error) {
    if (error instanceof MigrationRefused) throw error;
    const { code = 'unknown error' } = error as { code?: string };
    throw new MigrationRefused('BACKUP_FAILED', `${program} cannot be run (${code})${missing}`, {
      cause: error,
    });
  }
}

function whereFrom(major: number): string {
  return WHERE_FROM.replaceAll('%V', String(major));
}
