import type { Command } from 'commander';
import { common, digits, oneOf, run, seconds } from './options.js';

/** What a program must not decide by itself. */
export function addOperator(migrate: Command): void {
  const load = () => import('../commands/migrate-operator.js');
  common(migrate.command('repair').description('say how far a migration without an end got'))
    .argument('<database>', 'name in the fleet')
    .requiredOption('--number <number>', 'of the migration', digits)
    .requiredOption('--as <what>', 'applied | not-applied', oneOf('applied', 'not-applied'))
    .requiredOption('--reason <text>', 'why; it stays in the history')
    .option('--lock-wait <seconds>', "wait for another run's lock; default 30", seconds)
    .action(run(async () => (await load()).repair));
  common(migrate.command('unlock').description('end whoever holds the migration lock'))
    .argument('<database>', 'name in the fleet')
    .action(run(async () => (await load()).unlock));
}
