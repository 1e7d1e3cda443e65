import type { Command } from 'commander';
import { common, digits, oneOf, run, seconds } from './options.js';

/** What a database is, against what it should be. */
export function addState(migrate: Command): void {
  common(migrate.command('drift').description('what differs from what the applied migrations make'))
    .option('--fast', 'compare with the fingerprint in the history; names nothing')
    .action(run(async () => (await import('../commands/migrate-drift.js')).drift));
  common(migrate.command('health').description('are the tables and indexes there; needs no shadow'))
    .option('--format <what>', 'text | langsense', oneOf('text', 'langsense'), 'text')
    .action(run(async () => (await import('../commands/langsense.js')).health));
  common(migrate.command('adopt').description('take over a database that other tools made'))
    .argument('<database>', 'name in the fleet')
    .option('--to <number>', 'only this version will do', digits)
    .option(
      '--transfer-ownership',
      'give its objects to the owner role, and the service its rights',
    )
    .option('--admin-url-variable <name>', 'holds the URL of who may do that', 'FP_ADMIN_URL')
    .option('--lock-wait <seconds>', "wait for another run's lock; default 30", seconds)
    .action(run(async () => (await import('../commands/migrate-adopt.js')).adopt));
}
