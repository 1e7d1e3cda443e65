import type { Command } from 'commander';
import { common, oneOf, run } from './options.js';

/** What a database is, against what it should be. */
export function addState(migrate: Command): void {
  common(migrate.command('drift').description('what differs from what the applied migrations make'))
    .option('--fast', 'compare with the fingerprint in the history; names nothing')
    .action(run(async () => (await import('../commands/migrate-drift.js')).drift));
  common(migrate.command('health').description('are the tables and indexes there; needs no shadow'))
    .option('--format <what>', 'text | langsense', oneOf('text', 'langsense'), 'text')
    .action(run(async () => (await import('../commands/langsense.js')).health));
}
