import type { Command } from 'commander';
import { common, digits, run } from './options.js';

/** What leaves the database, and comes back. */
export function addTransfer(migrate: Command): void {
  const exported = () => import('../commands/migrate-export.js');
  common(migrate.command('export').description('write what `up` would do as SQL files to import'))
    .option('--dir <dir>', 'where to', 'migrations-export')
    .option('--from <number>', 'refuse unless every database stands at this migration', digits)
    .option('--allow-data-loss', 'rows may be lost')
    .option('--no-lint', 'do not stop at what `fp migrate lint` calls an error')
    .action(run(async () => (await exported()).exportSql));
  common(migrate.command('verify-export').description('were the exported files imported?'))
    .option('--dir <dir>', 'where the export is', 'migrations-export')
    .action(run(async () => (await exported()).verifyExport));
  common(migrate.command('backup').description('pg_dump every database, and check the dump'))
    .option('--dir <dir>', 'default: .data/backups')
    .option('--backup-command <command>', 'let a shell command make the backups instead')
    .action(run(async () => (await import('../commands/migrate-backup.js')).backup));
}
