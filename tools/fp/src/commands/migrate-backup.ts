import { backupRules } from '../backup-rules.js';
import { type CommonOptions, contextOf } from '../context.js';
import { onInterruption } from '../interruption.js';
import { print, printJson, table } from '../output.js';
import { progress } from '../progress.js';
import { sayTargets } from '../targets.js';
import { sayProblems } from './migrate-read.js';

interface BackupOptions extends CommonOptions {
  dir?: string;
  backupCommand?: string;
}

// Ignored by git in a checkout: a dump is full of other people's data.
const DEFAULT_DIRECTORY = '.data/backups';
const KIB = 1024;

/** Dumps every database, and proves that the dump can be read. */
export async function backup(options: BackupOptions): Promise<number> {
  const { dir, backupCommand: command, only = [], skip = [] } = options;
  const directory = dir ?? (command === undefined ? DEFAULT_DIRECTORY : undefined);
  const rules = backupRules({ directory, command });
  if (rules === undefined) throw new Error('a backup goes somewhere');
  const context = await contextOf(options);
  sayTargets(context);
  const { fleetBackup } = await import('@fusion-prime/migrator');
  const { fleet, environment } = context;
  const { signal } = onInterruption(false);
  const report = await fleetBackup(fleet, {
    only,
    skip,
    environment,
    reporter: progress(),
    signal,
    backup: rules,
  });
  if (options.json === true) {
    printJson(report);
    return report.exitCode;
  }
  const rows = report.databases.flatMap(({ name, backup: made }) =>
    made === null ? [] : [[name, size(made.sizeBytes), made.file ?? '-', made.reference]],
  );
  if (rows.length > 0) print(table(['DATABASE', 'SIZE', 'FILE', 'REFERENCE'], rows));
  sayProblems(report.databases);
  return report.exitCode;
}

function size(bytes: number | null): string {
  if (bytes === null) return '-';
  const kib = bytes / KIB;
  return kib < KIB ? `${Math.ceil(kib)} KiB` : `${(kib / KIB).toFixed(1)} MiB`;
}
