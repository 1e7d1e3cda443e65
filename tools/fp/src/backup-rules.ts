import { resolve } from 'node:path';
import type { BackupRules } from '@fusion-prime/migrator';
import { CommandRefused } from './refusal.js';

interface Asked {
  directory?: string | undefined;
  command?: string | undefined;
}

/** What `--backup DIR` or `--backup-command CMD` asks for; undefined when neither was given. */
export function backupRules({ directory, command }: Asked): BackupRules | undefined {
  if (directory !== undefined && command !== undefined) {
    throw new CommandRefused(
      'USAGE',
      'a backup goes to a folder or is made by a command: name one',
    );
  }
  const { env: variables } = process;
  const known = { variables, pgDump: variables['FP_PG_DUMP'] };
  if (command !== undefined) return { ...known, to: { command } };
  return directory === undefined ? undefined : { ...known, to: { directory: resolve(directory) } };
}
