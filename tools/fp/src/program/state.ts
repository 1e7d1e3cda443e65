import type { Command } from 'commander';
import { common, run } from './options.js';

/** What a database is, against what it should be. */
export function addState(migrate: Command): void {
  common(migrate.command('drift').description('what differs from what the applied migrations make'))
    .option('--fast', 'compare with the fingerprint in the history; names nothing')
    .action(run(async () => (await import('../commands/migrate-drift.js')).drift));
}
