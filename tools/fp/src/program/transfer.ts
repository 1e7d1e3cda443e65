import type { Command } from 'commander';
import { common, run } from './options.js';

/** What leaves the database, and comes back. */
export function addTransfer(migrate: Command): void {
  common(migrate.command('backup').description('pg_dump every database, and check the dump'))
    .option('--dir <dir>', 'default: .data/backups')
    .option('--backup-command <command>', 'let a shell command make the backups instead')
    .action(run(async () => (await import('../commands/migrate-backup.js')).backup));
}
