import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { MigrationRefused } from '../refused.js';
import type { Backup, BackupRules } from './backup-rules.js';
import { runChild } from './child.js';

export interface CommandTask {
  /** The service. */
  name: string;
  target: DatabaseTarget;
  command: string;
  variables: BackupRules['variables'];
  signal?: AbortSignal | undefined;
}

const LONGEST_REFERENCE = 500;
const LONGEST_REASON = 600;

/**
 * Lets somebody else make the backup: `gcloud sql backups create …`, a snapshot. The command learns which
 * database is meant from FP_DATABASE, FP_SERVICE, FP_HOST and FP_PORT; its exit code counts, and the last
 * line that it prints is how the backup is found again.
 *
 * @throws {MigrationRefused} BACKUP_FAILED, INTERRUPTED
 */
export async function runBackupCommand(task: CommandTask): Promise<Omit<Backup, 'durationMs'>> {
  const { name, target, command, signal } = task;
  const variables = {
    ...task.variables,
    FP_SERVICE: name,
    FP_DATABASE: target.database,
    FP_HOST: target.host,
    FP_PORT: String(target.port),
  };
  const end = await runChild({ program: 'sh', args: ['-c', command], variables, signal });
  if (signal?.aborted === true) {
    throw new MigrationRefused('INTERRUPTED', `${name}: interrupted during its backup`);
  }
  if (end.code !== 0) {
    const said = (end.stderr.trim() || end.stdout.trim()).slice(-LONGEST_REASON);
    throw new MigrationRefused(
      'BACKUP_FAILED',
      `${name}: no backup, so nothing was changed anywhere: the command exited ` +
        `${end.code ?? 'by a signal'}: ${said}`,
    );
  }
  const lastLine = end.stdout.trimEnd().split('\n').at(-1)?.trim() ?? '';
  const reference = lastLine === '' ? 'command' : lastLine.slice(0, LONGEST_REFERENCE);
  return { reference, file: null, sha256: null, sizeBytes: null };
}
