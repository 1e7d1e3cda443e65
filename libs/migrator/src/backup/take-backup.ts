import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { runBackupCommand } from './backup-command.js';
import type { Backup, BackupRules } from './backup-rules.js';
import { dumpToFile } from './dump-file.js';
import { findPgTools } from './pg-tools.js';

/** A database that is to be backed up. */
export interface BackupSubject {
  name: string;
  target: DatabaseTarget;
  /** `server_version_num`. */
  serverVersion: number;
}

/**
 * Backs one database up, and proves that the backup can be read.
 *
 * @throws {MigrationRefused} BACKUP_FAILED, INTERRUPTED
 */
export async function takeBackup(
  { name, target, serverVersion }: BackupSubject,
  { to, pgDump, variables }: BackupRules,
  signal?: AbortSignal,
): Promise<Backup> {
  const startedAt = new Date();
  const task = { name, target, variables, signal };
  const made =
    'command' in to
      ? await runBackupCommand({ ...task, command: to.command })
      : await dumpToFile({
          ...task,
          directory: to.directory,
          tools: await findPgTools({ pgDump, variables }, Math.trunc(serverVersion / 10_000)),
          startedAt,
        });
  return { ...made, durationMs: Date.now() - startedAt.getTime() };
}
